<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>AddButton</name>
    <message>
        <source>添加{0}</source>
        <translation>Add {0}</translation>
    </message>
    <message>
        <source>再加一项</source>
        <translation>Add another</translation>
    </message>
</context>
<context>
    <name>AreaCard</name>
    <message>
        <source>{0} 件</source>
        <translation>{0} clues</translation>
    </message>
    <message>
        <source>{0}：按时 {1}，应 {2}，看超时的</source>
        <translation>{0}: {1} of {2} in time, see the late ones</translation>
    </message>
    <message>
        <source>还没有</source>
        <translation>none yet</translation>
    </message>
    <message>
        <source>用时中位数 {0}</source>
        <translation>Median time {0}</translation>
    </message>
</context>
<context>
    <name>AssessmentFigure</name>
    <message>
        <source>高风险</source>
        <translation>High risk</translation>
    </message>
    <message>
        <source>中风险</source>
        <translation>Medium risk</translation>
    </message>
    <message>
        <source>低风险</source>
        <translation>Low risk</translation>
    </message>
    <message>
        <source>未评估</source>
        <translation>Not assessed</translation>
    </message>
    <message>
        <source>超期未复评</source>
        <translation>Reassessment overdue</translation>
    </message>
    <message>
        <source>等签字</source>
        <translation>Waiting for signatures</translation>
    </message>
    <message>
        <source>下调等级</source>
        <translation>Levels lowered</translation>
    </message>
    <message>
        <source>缺理由未下调</source>
        <translation>Not lowered for want of a reason</translation>
    </message>
</context>
<context>
    <name>AssessmentScreen</name>
    <message>
        <source>回到问卷</source>
        <translation>Back to the form</translation>
    </message>
    <message>
        <source>至少两人，其中至少一人是助理员或镇干部；每人都要签字。</source>
        <translation>At least two people, one of them a village aide or town staff; each of them signs.</translation>
    </message>
    <message>
        <source>谁参加评估</source>
        <translation>Who takes part</translation>
    </message>
    <message>
        <source>为什么评估</source>
        <translation>Why the assessment is made</translation>
    </message>
    <message>
        <source>补充说明</source>
        <translation>More about it</translation>
    </message>
    <message>
        <source>为什么不再是高风险</source>
        <translation>Why the risk is no longer high</translation>
    </message>
    <message>
        <source>下调高风险要写明理由，主管看得到。</source>
        <translation>Lowering a high risk needs a reason; supervisors see it.</translation>
    </message>
    <message>
        <source>帮扶措施</source>
        <translation>Measures</translation>
    </message>
    <message>
        <source>提前到哪天再评</source>
        <translation>Assess again earlier, by</translation>
    </message>
    <message>
        <source>不填就按等级规定的日期。</source>
        <translation>If left empty, the date the level asks for.</translation>
    </message>
    <message>
        <source>小组意见</source>
        <translation>Opinion of the team</translation>
    </message>
    <message>
        <source>有不同看法的，由负责人记在这里。</source>
        <translation>The lead notes differing views here.</translation>
    </message>
    <message>
        <source>下调理由</source>
        <translation>Reason for lowering</translation>
    </message>
    <message>
        <source>评估小组</source>
        <translation>Assessment team</translation>
    </message>
    <message>
        <source>帮扶计划</source>
        <translation>Plan of help</translation>
    </message>
    <message>
        <source>计划和意见</source>
        <translation>Plan and opinion</translation>
    </message>
    <message>
        <source>等级变化</source>
        <translation>Changes of level</translation>
    </message>
    <message>
        <source>调整等级</source>
        <translation>Change the level</translation>
    </message>
    <message>
        <source>打印评估表</source>
        <translation>Print the assessment</translation>
    </message>
    <message>
        <source>理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>调整为</source>
        <translation>New level</translation>
    </message>
    <message>
        <source>确定调整</source>
        <translation>Change it</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>还差 {0} 签字；全部签字后等级才生效。不在一起的，同步后可以在自己的设备上签。</source>
        <translation>Still to sign: {0}. The level counts once everybody has signed. Who is elsewhere can sign on their own device after a sync.</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>全部签字，等级已生效。已存本机，待上传。</source>
        <translation>Everybody has signed and the level counts. Saved on this device, to be uploaded.</translation>
    </message>
    <message>
        <source>全部签字，等级已生效。</source>
        <translation>Everybody has signed and the level counts.</translation>
    </message>
    <message>
        <source>{0}前</source>
        <translation>by {0}</translation>
    </message>
    <message>
        <source>措施 {0}</source>
        <translation>Measure {0}</translation>
    </message>
    <message>
        <source>风险评估 · {0}</source>
        <translation>Risk assessment · {0}</translation>
    </message>
    <message>
        <source>交小组签字</source>
        <translation>Hand to the team for signing</translation>
    </message>
    <message>
        <source>简报已复制，可以粘贴到短信里发出。</source>
        <translation>The short report is copied; paste it into a message.</translation>
    </message>
    <message>
        <source>已交小组签字，答案和得分不能再改。</source>
        <translation>Handed to the team for signing; answers and score can no longer be changed.</translation>
    </message>
    <message>
        <source>已签字，已存本机。</source>
        <translation>Signed and saved on this device.</translation>
    </message>
    <message>
        <source>等级已调整。</source>
        <translation>The level was changed.</translation>
    </message>
    <message>
        <source>问卷还有题没答完，请先回到问卷。</source>
        <translation>Some questions are not answered yet; go back to the form first.</translation>
    </message>
    <message>
        <source>还有没填好的，已在下面标出。</source>
        <translation>Something is missing; it is marked below.</translation>
    </message>
</context>
<context>
    <name>AssessmentsScreen</name>
    <message>
        <source>返回评估统计</source>
        <translation>Back to the figures</translation>
    </message>
    <message>
        <source>打印这些评估表</source>
        <translation>Print these assessments</translation>
    </message>
    <message>
        <source>名单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>下调等级的名单</source>
        <translation>Lowered levels</translation>
    </message>
    <message>
        <source>这里没有名单。</source>
        <translation>There is nothing to list here.</translation>
    </message>
    <message>
        <source>打印空白评估表</source>
        <translation>Print an empty assessment form</translation>
    </message>
    <message>
        <source>没有可以统计的区域。</source>
        <translation>There is no area to count.</translation>
    </message>
    <message>
        <source>{0} 次</source>
        <translation>Times: {0}</translation>
    </message>
    <message>
        <source>{0} 户</source>
        <translation>Households: {0}</translation>
    </message>
    <message>
        <source>风险{0}</source>
        <translation>Risk: {0}</translation>
    </message>
    <message>
        <source>超期 {0} 天</source>
        <translation>{0} d overdue</translation>
    </message>
    <message>
        <source>{0}前再评</source>
        <translation>Assess again by {0}</translation>
    </message>
    <message>
        <source>{0}→{1}</source>
        <translation>{0} → {1}</translation>
    </message>
    <message>
        <source>领导调整</source>
        <translation>Changed by the leader</translation>
    </message>
    <message>
        <source>重新评估</source>
        <translation>Assessed again</translation>
    </message>
    <message>
        <source>没有写理由</source>
        <translation>No reason given</translation>
    </message>
    <message>
        <source>{0}：{1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>{0}风险评估</source>
        <translation>Risk assessment: {0}</translation>
    </message>
    <message>
        <source>风险评估</source>
        <translation>Risk assessment</translation>
    </message>
</context>
<context>
    <name>AttestationPanel</name>
    <message>
        <source>情况无变化</source>
        <translation>Nothing has changed</translation>
    </message>
    <message>
        <source>行动不便</source>
        <translation>Moves with difficulty</translation>
    </message>
    <message>
        <source>不识字</source>
        <translation>Cannot read</translation>
    </message>
    <message>
        <source>电话走访</source>
        <translation>Visit by phone</translation>
    </message>
    <message>
        <source>无需签字的原因</source>
        <translation>Why no signature is needed</translation>
    </message>
    <message>
        <source>不用签字的，点一个原因：</source>
        <translation>If no signature is needed, tap a reason:</translation>
    </message>
    <message>
        <source>不愿签字</source>
        <translation>Does not want to sign</translation>
    </message>
    <message>
        <source>对救助有意见</source>
        <translation>Disagrees about the aid</translation>
    </message>
    <message>
        <source>要等家人回来</source>
        <translation>Waiting for the family</translation>
    </message>
    <message>
        <source>拒签的原因</source>
        <translation>Why they refused to sign</translation>
    </message>
    <message>
        <source>见证人姓名</source>
        <translation>Name of the witness</translation>
    </message>
    <message>
        <source>签名板</source>
        <translation>Signature pad</translation>
    </message>
    <message>
        <source>请在纸上按印，再把按印处拍下来。</source>
        <translation>Take the fingerprint on paper, then photograph it.</translation>
    </message>
    <message>
        <source>拍按印</source>
        <translation>Photograph it</translation>
    </message>
    <message>
        <source>选按印照片</source>
        <translation>Choose a photo</translation>
    </message>
</context>
<context>
    <name>BackCheck</name>
    <message>
        <source>已过期</source>
        <translation>Overdue</translation>
    </message>
    <message>
        <source>{0} 处不一致</source>
        <translation>{0} different</translation>
    </message>
    <message>
        <source>没有收下</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>复查人 {0}</source>
        <translation>Second worker: {0}</translation>
    </message>
    <message>
        <source>{0}前</source>
        <translation>by {0}</translation>
    </message>
    <message>
        <source>没有提到</source>
        <translation>None named</translation>
    </message>
</context>
<context>
    <name>BackCheckNewScreen</name>
    <message>
        <source>抽中的走访</source>
        <translation>Visits drawn</translation>
    </message>
    <message>
        <source>抽取</source>
        <translation>Draw</translation>
    </message>
    <message>
        <source>请谁复查</source>
        <translation>Who asks again</translation>
    </message>
    <message>
        <source>复查人</source>
        <translation>Second worker</translation>
    </message>
    <message>
        <source>名单里没有参加过这次走访的人和您自己。复查人交回答案之前看不到这次走访的记录。</source>
        <translation>Those who took part in the visit and yourself are not listed. Until the answers are handed in, the second worker does not see the record.</translation>
    </message>
    <message>
        <source>本村没有别的人可以复查。</source>
        <translation>Nobody else in the village can ask again.</translation>
    </message>
    <message>
        <source>从哪些走访里抽</source>
        <translation>Which visits to draw from</translation>
    </message>
    <message>
        <source>地区</source>
        <translation>Area</translation>
    </message>
    <message>
        <source>走访日期从</source>
        <translation>Visits from</translation>
    </message>
    <message>
        <source>走访日期至</source>
        <translation>Visits until</translation>
    </message>
    <message>
        <source>抽取比例（%）</source>
        <translation>Share to draw (%)</translation>
    </message>
    <message>
        <source>同一个种子抽出来的总是同样的走访，谁都可以核对；可以当众抽签定一个。</source>
        <translation>The same seed always draws the same visits, so anybody can check it; you may draw lots for it in public.</translation>
    </message>
    <message>
        <source>种子</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>问什么，怎样问</source>
        <translation>What to ask, and how</translation>
    </message>
    <message>
        <source>再问一遍的问题</source>
        <translation>Questions to ask again</translation>
    </message>
    <message>
        <source>方式</source>
        <translation>By</translation>
    </message>
    <message>
        <source>嘱咐</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>安排走访复查</source>
        <translation>Have visits asked about again</translation>
    </message>
    <message>
        <source>您的岗位不能安排走访复查。</source>
        <translation>Your post cannot ask for back-checks.</translation>
    </message>
    <message>
        <source>安排 {0} 次复查</source>
        <translation>Ask for {0} back-checks</translation>
    </message>
    <message>
        <source>这段时间见到了人、可以复查的走访 {0} 次，抽中 {1} 次。</source>
        <translation>{0} visits of these days met somebody and can be asked about; {1} drawn.</translation>
    </message>
    <message>
        <source>复查人 {0}</source>
        <translation>Second worker: {0}</translation>
    </message>
    <message>
        <source>没有合适的复查人</source>
        <translation>Nobody suitable</translation>
    </message>
    <message>
        <source>已安排 {0} 次复查，联网后送达。</source>
        <translation>{0} back-checks asked for; sent once there is a network.</translation>
    </message>
</context>
<context>
    <name>BackCheckScreen</name>
    <message>
        <source>两次回答</source>
        <translation>Both answers</translation>
    </message>
    <message>
        <source>办理经过</source>
        <translation>Steps so far</translation>
    </message>
    <message>
        <source>查看家庭档案</source>
        <translation>Open the household file</translation>
    </message>
    <message>
        <source>看这次走访</source>
        <translation>Read the visit</translation>
    </message>
    <message>
        <source>说明</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>抽取 {0}%，种子 {1}</source>
        <translation>Drawn, {0} %, seed {1}</translation>
    </message>
    <message>
        <source>地址</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>方式</source>
        <translation>By</translation>
    </message>
    <message>
        <source>最晚日期</source>
        <translation>Due</translation>
    </message>
    <message>
        <source>嘱咐</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>安排人</source>
        <translation>Asked for by</translation>
    </message>
    <message>
        <source>复查人</source>
        <translation>Second worker</translation>
    </message>
    <message>
        <source>原走访人</source>
        <translation>First worker</translation>
    </message>
    <message>
        <source>怎样选中</source>
        <translation>How it was chosen</translation>
    </message>
    <message>
        <source>问到没有</source>
        <translation>Outcome</translation>
    </message>
    <message>
        <source>没有填写</source>
        <translation>Nothing noted</translation>
    </message>
    <message>
        <source>没有回答</source>
        <translation>No answer</translation>
    </message>
    <message>
        <source>第一次：{0}</source>
        <translation>First: {0}</translation>
    </message>
    <message>
        <source>第二次：{0}</source>
        <translation>Second: {0}</translation>
    </message>
    <message>
        <source>如：是我的亲戚；我参加过那次走访</source>
        <translation>For example: my relative; I took part in that visit</translation>
    </message>
    <message>
        <source>为什么不用复查了</source>
        <translation>Why it need not be asked again</translation>
    </message>
    <message>
        <source>请原走访人说明哪几项。他会看到两次回答，看不到是谁复查的</source>
        <translation>What the first worker is to explain. He sees both answers, not who asked again</translation>
    </message>
    <message>
        <source>当时是怎么了解的，为什么会不一样</source>
        <translation>How you learned it then, and why it differs</translation>
    </message>
    <message>
        <source>怎么核实的，结论是什么</source>
        <translation>How it was settled, and with what result</translation>
    </message>
    <message>
        <source>走访复查</source>
        <translation>Back-checks</translation>
    </message>
    <message>
        <source>答案已交回，联网后上报。</source>
        <translation>Handed in; sent once there is a network.</translation>
    </message>
    <message>
        <source>已退回，联网后送达。</source>
        <translation>Handed back; sent once there is a network.</translation>
    </message>
    <message>
        <source>已办理，联网后生效。</source>
        <translation>Done; takes effect once there is a network.</translation>
    </message>
</context>
<context>
    <name>BackChecksScreen</name>
    <message>
        <source>请另一位同事把走访时问过的几个问题再问一遍，他看不到第一次的答案。不一致只按问题和地区统计，不评价个人。</source>
        <translation>A colleague asks some questions of a visit again without seeing the first answers. Differences are counted by question and area only; no person is rated.</translation>
    </message>
    <message>
        <source>抽取一批走访复查</source>
        <translation>Draw visits to ask about again</translation>
    </message>
    <message>
        <source>请您复查</source>
        <translation>For you to ask again</translation>
    </message>
    <message>
        <source>请您说明</source>
        <translation>For you to explain</translation>
    </message>
    <message>
        <source>正在复查</source>
        <translation>Under way</translation>
    </message>
    <message>
        <source>不一致情况（按地区和问题）</source>
        <translation>Differences by area and question</translation>
    </message>
    <message>
        <source>不一致情况</source>
        <translation>Differences</translation>
    </message>
    <message>
        <source>已经办完</source>
        <translation>Finished</translation>
    </message>
    <message>
        <source>去复查</source>
        <translation>Ask</translation>
    </message>
    <message>
        <source>去说明</source>
        <translation>Explain</translation>
    </message>
    <message>
        <source>查看</source>
        <translation>View</translation>
    </message>
    <message>
        <source>没有要复查的走访。</source>
        <translation>There is nothing to ask again.</translation>
    </message>
    <message>
        <source>地区</source>
        <translation>Area</translation>
    </message>
    <message>
        <source>问题</source>
        <translation>Question</translation>
    </message>
    <message>
        <source>比较了</source>
        <translation>Compared</translation>
    </message>
    <message>
        <source>不一致</source>
        <translation>Different</translation>
    </message>
    <message>
        <source>走访复查</source>
        <translation>Back-checks</translation>
    </message>
</context>
<context>
    <name>BarChart</name>
    <message>
        <source>暂无数据</source>
        <translation>No figures yet</translation>
    </message>
    <message>
        <source>{first} 至 {last}，最近 {now}{unit}，最高 {most}（{most_at}），最低 {least}（{least_at}）</source>
        <translation>{first} to {last}, latest {now} {unit}, highest {most} ({most_at}), lowest {least} ({least_at})</translation>
    </message>
    <message>
        <source>，计划 {0}</source>
        <translation>, plan {0}</translation>
    </message>
    <message>
        <source>时段</source>
        <translation>Period</translation>
    </message>
    <message>
        <source>数量</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>计划</source>
        <translation>Plan</translation>
    </message>
</context>
<context>
    <name>BriefPanel</name>
    <message>
        <source>复制简报</source>
        <translation>Copy a brief</translation>
    </message>
    <message>
        <source>附上走访人写的原文</source>
        <translation>Attach the written words</translation>
    </message>
    <message>
        <source>简报里没有姓名、身份证号、电话和门牌。附上的原文已隐去登记在册的姓名和号码，请再看一遍。</source>
        <translation>The brief holds no names, ID numbers, phone numbers or house numbers. Words that are attached go without names and numbers on file; please read them once more.</translation>
    </message>
    <message>
        <source>复制</source>
        <translation>Copy</translation>
    </message>
    <message>
        <source>不复制了</source>
        <translation>Do not copy</translation>
    </message>
    <message>
        <source>去掉走访人写的原文</source>
        <translation>Leave the written words out</translation>
    </message>
    <message>
        <source>已复制，可以粘贴到工作群。锁定时会从剪贴板清除。</source>
        <translation>Copied; paste it into the work group. It leaves the clipboard when you lock.</translation>
    </message>
</context>
<context>
    <name>CameraPanel</name>
    <message>
        <source>拍照</source>
        <translation>Take photo</translation>
    </message>
    <message>
        <source>没有找到可用的摄像头。请用手机或相机拍好，再从文件添加。</source>
        <translation>No camera was found. Take the photo with a phone or a camera, then add it from a file.</translation>
    </message>
    <message>
        <source>拍下这一张</source>
        <translation>Take this photo</translation>
    </message>
    <message>
        <source>换一个摄像头</source>
        <translation>Switch camera</translation>
    </message>
    <message>
        <source>从文件添加</source>
        <translation>Add from file</translation>
    </message>
    <message>
        <source>关闭摄像头</source>
        <translation>Close camera</translation>
    </message>
</context>
<context>
    <name>Campaign</name>
    <message>
        <source>{0} 至 {1}</source>
        <translation>{0} to {1}</translation>
    </message>
    <message>
        <source>提前结束</source>
        <translation>Ended early</translation>
    </message>
    <message>
        <source>未开始</source>
        <translation>Not started</translation>
    </message>
    <message>
        <source>已结束</source>
        <translation>Ended</translation>
    </message>
    <message>
        <source>今天截止</source>
        <translation>Last day today</translation>
    </message>
    <message>
        <source>还剩 {0} 天</source>
        <translation>Days left: {0}</translation>
    </message>
    <message>
        <source>{0} / {1} 户</source>
        <translation>{0} / {1} households</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>全部在册家庭</source>
        <translation>All listed households</translation>
    </message>
    <message>
        <source>或</source>
        <translation> or </translation>
    </message>
    <message>
        <source>安全等级为{0}</source>
        <translation>safety {0}</translation>
    </message>
    <message>
        <source>住房为{0}</source>
        <translation>House: {0}</translation>
    </message>
    <message>
        <source>家中有 {0} 至 {1} 岁的人</source>
        <translation>Somebody aged {0} to {1} at home</translation>
    </message>
    <message>
        <source>家中有满 {0} 岁的人</source>
        <translation>Somebody aged {0} or older at home</translation>
    </message>
    <message>
        <source>家中有不满 {0} 岁的人</source>
        <translation>Somebody younger than {0} at home</translation>
    </message>
    <message>
        <source>重点人群：{0}</source>
        <translation>Key groups: {0}</translation>
    </message>
    <message>
        <source>救助类别：{0}</source>
        <translation>Category: {0}</translation>
    </message>
    <message>
        <source>风险等级：{0}</source>
        <translation>Risk level: {0}</translation>
    </message>
</context>
<context>
    <name>CampaignNewScreen</name>
    <message>
        <source>您的岗位不能布置专项排查。</source>
        <translation>Your role cannot start campaigns.</translation>
    </message>
    <message>
        <source>排查什么</source>
        <translation>What to check</translation>
    </message>
    <message>
        <source>名称</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>如：雨雪低温排查</source>
        <translation>For example: snow and cold check</translation>
    </message>
    <message>
        <source>在哪里排查</source>
        <translation>Where</translation>
    </message>
    <message>
        <source>开始日期</source>
        <translation>First day</translation>
    </message>
    <message>
        <source>结束日期</source>
        <translation>Last day</translation>
    </message>
    <message>
        <source>登记一次走访</source>
        <translation>Record a visit</translation>
    </message>
    <message>
        <source>填写《{0}》</source>
        <translation>Fill in {0}</translation>
    </message>
    <message>
        <source>走访方式</source>
        <translation>How</translation>
    </message>
    <message>
        <source>工作要求</source>
        <translation>Instructions</translation>
    </message>
    <message>
        <source>走访哪些家庭</source>
        <translation>Which households</translation>
    </message>
    <message>
        <source>不选的条件不限；同一条件里选几项，符合一项就算；几个条件要同时符合。</source>
        <translation>A condition without a choice is not asked. Inside one condition any choice will do; several conditions must all hold.</translation>
    </message>
    <message>
        <source>住房性质</source>
        <translation>Kind of house</translation>
    </message>
    <message>
        <source>住房安全等级</source>
        <translation>House safety grade</translation>
    </message>
    <message>
        <source>住房性质和安全等级，符合一项就算</source>
        <translation>Either the kind of house or its grade will do</translation>
    </message>
    <message>
        <source>家中有人年满（岁）</source>
        <translation>Somebody at home is at least (years)</translation>
    </message>
    <message>
        <source>年龄上限（岁，含）</source>
        <translation>and at most (years)</translation>
    </message>
    <message>
        <source>重点人群</source>
        <translation>Key groups</translation>
    </message>
    <message>
        <source>救助类别</source>
        <translation>Category</translation>
    </message>
    <message>
        <source>风险等级</source>
        <translation>Risk level</translation>
    </message>
    <message>
        <source>开始排查</source>
        <translation>Start the campaign</translation>
    </message>
    <message>
        <source>新建专项排查</source>
        <translation>New campaign</translation>
    </message>
    <message>
        <source>符合条件 {0} 户（共 {1} 户）</source>
        <translation>Households that match: {0} of {1}</translation>
    </message>
    <message>
        <source>排查已布置，联网后下发到各村。</source>
        <translation>The campaign has started. It reaches the villages once this device is online.</translation>
    </message>
</context>
<context>
    <name>CampaignScreen</name>
    <message>
        <source>要走访的家庭</source>
        <translation>Households to visit</translation>
    </message>
    <message>
        <source>打印空白走访表</source>
        <translation>Print empty visit forms</translation>
    </message>
    <message>
        <source>待走访 {0}</source>
        <translation>To visit: {0}</translation>
    </message>
    <message>
        <source>已走访 {0}</source>
        <translation>Visited: {0}</translation>
    </message>
    <message>
        <source>进度</source>
        <translation>Progress</translation>
    </message>
    <message>
        <source>看哪部分</source>
        <translation>Part of the list</translation>
    </message>
    <message>
        <source>只看{0}，点这里看全部</source>
        <translation>Only {0}. Tap to see all</translation>
    </message>
    <message>
        <source>这里没有待走访的家庭，都走访过了。</source>
        <translation>No household is left to visit here.</translation>
    </message>
    <message>
        <source>还没有走访过的家庭。</source>
        <translation>No household has been visited yet.</translation>
    </message>
    <message>
        <source>专项排查</source>
        <translation>Campaign</translation>
    </message>
</context>
<context>
    <name>CampaignsCard</name>
    <message>
        <source>专项排查</source>
        <translation>Campaign</translation>
    </message>
    <message>
        <source>打开 {0}</source>
        <translation>Open {0}</translation>
    </message>
    <message>
        <source>还有 {0} 户待走访</source>
        <translation>Still to visit: {0}</translation>
    </message>
    <message>
        <source>都走访过了</source>
        <translation>All visited</translation>
    </message>
</context>
<context>
    <name>CampaignsScreen</name>
    <message>
        <source>新建专项排查</source>
        <translation>New campaign</translation>
    </message>
    <message>
        <source>专项排查</source>
        <translation>Campaign</translation>
    </message>
    <message>
        <source>还没有专项排查。雨雪低温、高温汛期等需要集中走访时，在这里新建。</source>
        <translation>There are no campaigns yet. When snow, heat or floods ask for many visits at once, start one here.</translation>
    </message>
    <message>
        <source>还没有专项排查。镇里或区里布置后，同步一次就会出现在这里。</source>
        <translation>There are no campaigns yet. Once the town or the county starts one, it appears here after a sync.</translation>
    </message>
</context>
<context>
    <name>CardContent</name>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>CardList</name>
    <message>
        <source>列表</source>
        <translation>List</translation>
    </message>
</context>
<context>
    <name>CaseTimesScreen</name>
    <message>
        <source>近30天</source>
        <translation>Last 30 days</translation>
    </message>
    <message>
        <source>近90天</source>
        <translation>Last 90 days</translation>
    </message>
    <message>
        <source>今年</source>
        <translation>This year</translation>
    </message>
    <message>
        <source>哪段时间上报的</source>
        <translation>Reported when</translation>
    </message>
    <message>
        <source>按时办的件数和应办的件数；时限没到、还没办的不算。合并和转出的不计。</source>
        <translation>Kept in time, of those that were due. Limits still running do not count, nor do merged or transferred cases.</translation>
    </message>
    <message>
        <source>超时的线索</source>
        <translation>Late cases</translation>
    </message>
    <message>
        <source>这段时间没有上报的急难线索。</source>
        <translation>No urgent case was reported in this time.</translation>
    </message>
    <message>
        <source>{0}：{1}超时 {2} 件</source>
        <translation>{0}: {1} late for {2}</translation>
    </message>
    <message>
        <source>急难处置时效</source>
        <translation>Times of urgent cases</translation>
    </message>
</context>
<context>
    <name>CasesCard</name>
    <message>
        <source>记一笔救助</source>
        <translation>Record relief</translation>
    </message>
</context>
<context>
    <name>ChangesEditor</name>
    <message>
        <source>添加 {0}</source>
        <translation>Add {0}</translation>
    </message>
</context>
<context>
    <name>ClearPanel</name>
    <message>
        <source>已核实，情况属实</source>
        <translation>Looked into; all true</translation>
    </message>
    <message>
        <source>两户同住或相邻</source>
        <translation>The households live together or next door</translation>
    </message>
    <message>
        <source>公共场所或公示照片</source>
        <translation>A public place or notice</translation>
    </message>
    <message>
        <source>集中补录，已说明</source>
        <translation>Entered together later, as explained</translation>
    </message>
    <message>
        <source>为什么可以清除</source>
        <translation>Why it can be cleared</translation>
    </message>
    <message>
        <source>确定清除</source>
        <translation>Clear</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>ClocksCard</name>
    <message>
        <source>时限</source>
        <translation>Time limits</translation>
    </message>
    <message>
        <source>{0}前</source>
        <translation>by {0}</translation>
    </message>
    <message>
        <source>已完成，超时</source>
        <translation>Completed late</translation>
    </message>
    <message>
        <source>已完成</source>
        <translation>Completed</translation>
    </message>
    <message>
        <source>{0}（日历未更新）</source>
        <translation>{0} (calendar not up to date)</translation>
    </message>
</context>
<context>
    <name>ClueReportScreen</name>
    <message>
        <source>有生命危险</source>
        <translation>Life in danger</translation>
    </message>
    <message>
        <source>昏迷、大出血、起火、被困、要轻生，马上要救人</source>
        <translation>Unconscious, heavy bleeding, fire, trapped, self-harm: help at once</translation>
    </message>
    <message>
        <source>很急，今天就要有人管</source>
        <translation>Urgent, somebody must come today</translation>
    </message>
    <message>
        <source>断粮、受冻、无人照料、无处可住</source>
        <translation>No food, freezing, nobody to care, nowhere to stay</translation>
    </message>
    <message>
        <source>不急在一两天</source>
        <translation>Can wait a day or two</translation>
    </message>
    <message>
        <source>有困难，需要有人上门看看</source>
        <translation>In difficulty, somebody should call</translation>
    </message>
    <message>
        <source>有多急</source>
        <translation>How urgent</translation>
    </message>
    <message>
        <source>出了什么事</source>
        <translation>What happened</translation>
    </message>
    <message>
        <source>也可以自己写</source>
        <translation>Or in your own words</translation>
    </message>
    <message>
        <source>情况（点一句就行）</source>
        <translation>What is the matter (one tap is enough)</translation>
    </message>
    <message>
        <source>村（社区）或网格</source>
        <translation>Village or grid</translation>
    </message>
    <message>
        <source>组、门牌号，或路边、桥头等看得见的地方</source>
        <translation>Group and house number, or a place one can see: by the road, at the bridge</translation>
    </message>
    <message>
        <source>在哪个村（社区）</source>
        <translation>In which village</translation>
    </message>
    <message>
        <source>具体地点</source>
        <translation>Where exactly</translation>
    </message>
    <message>
        <source>不是这户</source>
        <translation>Not this household</translation>
    </message>
    <message>
        <source>不带位置</source>
        <translation>Without the position</translation>
    </message>
    <message>
        <source>不清楚就空着，不要写证件号。</source>
        <translation>Leave empty what you do not know; no ID numbers.</translation>
    </message>
    <message>
        <source>当事人姓名</source>
        <translation>Name of the person</translation>
    </message>
    <message>
        <source>联系电话</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>大致年龄</source>
        <translation>Age, roughly</translation>
    </message>
    <message>
        <source>当事人（可不填）</source>
        <translation>The person (optional)</translation>
    </message>
    <message>
        <source>如：棉被、住处、送医、陪护</source>
        <translation>Such as blankets, a place to stay, a ride to hospital, company</translation>
    </message>
    <message>
        <source>已经做了什么</source>
        <translation>Done already</translation>
    </message>
    <message>
        <source>需要什么支持</source>
        <translation>Help needed</translation>
    </message>
    <message>
        <source>从哪里得知</source>
        <translation>How you learned of it</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>补充（可不填）</source>
        <translation>More (optional)</translation>
    </message>
    <message>
        <source>值班电话</source>
        <translation>Duty phones</translation>
    </message>
    <message>
        <source>不报了，删除这份草稿</source>
        <translation>Do not report, delete this draft</translation>
    </message>
    <message>
        <source>已存本机，排在最前，联网即发。</source>
        <translation>Kept on this device, first in the queue, sent as soon as there is a network.</translation>
    </message>
    <message>
        <source>先打电话：急救 120，报警 110，火警 119。</source>
        <translation>Call first: ambulance 120, police 110, fire 119.</translation>
    </message>
    <message>
        <source>已带上这户的位置。</source>
        <translation>With the position of this household.</translation>
    </message>
    <message>
        <source>已带上现在的位置。</source>
        <translation>With the present position.</translation>
    </message>
    <message>
        <source>已上报</source>
        <translation>Reported</translation>
    </message>
    <message>
        <source>急难上报</source>
        <translation>Urgent</translation>
    </message>
    <message>
        <source>随填随存，没有网络也能上报</source>
        <translation>Kept as you go; works without a network</translation>
    </message>
    <message>
        <source>上报</source>
        <translation>Report</translation>
    </message>
    <message>
        <source>已复制，可以粘贴到短信里发出。</source>
        <translation>Copied; paste it into a message.</translation>
    </message>
    <message>
        <source>接着上次没报完的填。</source>
        <translation>Going on with the report you began.</translation>
    </message>
    <message>
        <source>已删除照片</source>
        <translation>Photo deleted</translation>
    </message>
    <message>
        <source>照片最多 {0} 张</source>
        <translation>Photos: {0} at most</translation>
    </message>
    <message>
        <source>草稿已删除</source>
        <translation>Draft deleted</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>ClueScreen</name>
    <message>
        <source>上报时设备的时钟与服务器相差较大，上报时间请当面核对。</source>
        <translation>The reporting device&apos;s clock differed much from the server&apos;s; check the time of the report in person.</translation>
    </message>
    <message>
        <source>对照合并</source>
        <translation>Compare and merge</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>救助</source>
        <translation>Relief</translation>
    </message>
    <message>
        <source>值班电话</source>
        <translation>Duty phones</translation>
    </message>
    <message>
        <source>有 {0} 件线索像是同一件事。</source>
        <translation>{0} clues look like the same case.</translation>
    </message>
    <message>
        <source>急难线索</source>
        <translation>Urgent clue</translation>
    </message>
    <message>
        <source>已存本机，联网即发。</source>
        <translation>Kept on this device, sent as soon as there is a network.</translation>
    </message>
    <message>
        <source>已复制，可以粘贴到短信里发出。</source>
        <translation>Copied; paste it into a message.</translation>
    </message>
</context>
<context>
    <name>ClueWatch</name>
    <message>
        <source>查看</source>
        <translation>View</translation>
    </message>
    <message>
        <source>有危及生命的新线索</source>
        <translation>New clue: life in danger</translation>
    </message>
    <message>
        <source>有新的急难线索</source>
        <translation>New urgent clue</translation>
    </message>
    <message>
        <source>有急难线索派给你</source>
        <translation>An urgent clue was assigned to you</translation>
    </message>
    <message>
        <source>你办的一步没有生效</source>
        <translation>A step of yours did not hold</translation>
    </message>
    <message>
        <source>{0}，另有 {1} 件。</source>
        <translation>{0}, and {1} more.</translation>
    </message>
    <message>
        <source>{0}。</source>
        <translation>{0}.</translation>
    </message>
    <message>
        <source>有急难线索超过时限</source>
        <translation>An urgent clue is past its limit</translation>
    </message>
    <message>
        <source>有急难线索快到时限</source>
        <translation>An urgent clue is near its limit</translation>
    </message>
    <message>
        <source>有危及生命的线索</source>
        <translation>A clue with a life in danger</translation>
    </message>
    <message>
        <source>你上报的线索已办结</source>
        <translation>A clue you reported is closed</translation>
    </message>
    <message>
        <source>你上报的线索有了进展</source>
        <translation>News of a clue you reported</translation>
    </message>
    <message>
        <source>入户通</source>
        <translation>Fieldapp</translation>
    </message>
</context>
<context>
    <name>ClueWords</name>
    <message>
        <source>{0} 天 {1} 小时</source>
        <translation>{0} d {1} h</translation>
    </message>
    <message>
        <source>{0} 天</source>
        <translation>{0} d</translation>
    </message>
    <message>
        <source>{0} 小时 {1} 分</source>
        <translation>{0} h {1} min</translation>
    </message>
    <message>
        <source>{0} 小时</source>
        <translation>{0} h</translation>
    </message>
    <message>
        <source>{0} 分钟</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>已超 {0}</source>
        <translation>{0} late</translation>
    </message>
    <message>
        <source>还剩 {0}</source>
        <translation>{0} left</translation>
    </message>
    <message>
        <source>今天到期</source>
        <translation>Due today</translation>
    </message>
    <message>
        <source>还剩 {0} 个工作日</source>
        <translation>{0} working days left</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>另有 {0} 件合并</source>
        <translation>{0} merged in</translation>
    </message>
    <message>
        <source>{0}上报</source>
        <translation>From: {0}</translation>
    </message>
    <message>
        <source>{0} 办理</source>
        <translation>With {0}</translation>
    </message>
</context>
<context>
    <name>CluesScreen</name>
    <message>
        <source>打印空白上报单</source>
        <translation>Print an empty report form</translation>
    </message>
    <message>
        <source>线索</source>
        <translation>Clues</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>紧急程度</source>
        <translation>Urgency</translation>
    </message>
    <message>
        <source>全部来源</source>
        <translation>All sources</translation>
    </message>
    <message>
        <source>来源</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>{0} 件</source>
        <translation>{0} clues</translation>
    </message>
    <message>
        <source>急难上报</source>
        <translation>Urgent</translation>
    </message>
    <message>
        <source>名单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>未办结</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>等我办</source>
        <translation>For me</translation>
    </message>
    <message>
        <source>已超时</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>已办结</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>我上报的</source>
        <translation>Reported by me</translation>
    </message>
    <message>
        <source>没有未办结的线索。</source>
        <translation>No open clues.</translation>
    </message>
    <message>
        <source>没有等你办的线索。</source>
        <translation>Nothing waits for you.</translation>
    </message>
    <message>
        <source>没有超时的线索。</source>
        <translation>Nothing is late.</translation>
    </message>
    <message>
        <source>还没有办结的线索。</source>
        <translation>Nothing closed yet.</translation>
    </message>
    <message>
        <source>你还没有上报过急难情况。</source>
        <translation>You have not reported an urgent case yet.</translation>
    </message>
    <message>
        <source>没有收下</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>与另一件合并</source>
        <translation>Merged with another</translation>
    </message>
    <message>
        <source>{0} 上报</source>
        <translation>Reported {0}</translation>
    </message>
    <message>
        <source>未办结 {0} 件，已超时 {1} 件</source>
        <translation>{0} open, {1} late</translation>
    </message>
    <message>
        <source>线索处置</source>
        <translation>Urgent clues</translation>
    </message>
    <message>
        <source>共上报 {0} 件</source>
        <translation>{0} reported</translation>
    </message>
    <message>
        <source>我的线索</source>
        <translation>My clues</translation>
    </message>
</context>
<context>
    <name>CodePanel</name>
    <message>
        <source>扫码</source>
        <translation>Scan a code</translation>
    </message>
    <message>
        <source>没有找到可用的摄像头。可以用手机拍下二维码，再从图片读取，也可以照着输入。</source>
        <translation>No camera was found. Take a photo of the code and read it from the picture, or type what it says.</translation>
    </message>
    <message>
        <source>换一个摄像头</source>
        <translation>Switch camera</translation>
    </message>
    <message>
        <source>从图片读取</source>
        <translation>From a picture</translation>
    </message>
    <message>
        <source>从剪贴板读取</source>
        <translation>From the clipboard</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>关闭扫码</source>
        <translation>Close the scanner</translation>
    </message>
    <message>
        <source>图片 ({0})</source>
        <translation>Pictures ({0})</translation>
    </message>
    <message>
        <source>选择有二维码的图片</source>
        <translation>Choose a picture of the code</translation>
    </message>
    <message>
        <source>这张图片里没有找到码。请选清楚、完整的图片。</source>
        <translation>No code was found in this picture. Choose one that shows it whole and sharp.</translation>
    </message>
    <message>
        <source>这张图片打不开。请选 JPG 或 PNG 图片。</source>
        <translation>This picture cannot be opened. Choose a JPG or PNG.</translation>
    </message>
</context>
<context>
    <name>CommentLine</name>
    <message>
        <source>哪一项</source>
        <translation>Which item</translation>
    </message>
    <message>
        <source>针对哪一项</source>
        <translation>About which item</translation>
    </message>
    <message>
        <source>请写清要改什么</source>
        <translation>Say what is to be changed</translation>
    </message>
    <message>
        <source>对这一项的意见</source>
        <translation>Comment on this item</translation>
    </message>
    <message>
        <source>去掉这条意见</source>
        <translation>Remove this comment</translation>
    </message>
    <message>
        <source>请选择这条意见针对哪一项</source>
        <translation>Choose which item this comment is about</translation>
    </message>
</context>
<context>
    <name>ConflictCard</name>
    <message>
        <source>{0} 的“{1}”填写不一致</source>
        <translation>{0}: different values for &quot;{1}&quot;</translation>
    </message>
    <message>
        <source>“{0}”填写不一致</source>
        <translation>Different values for &quot;{0}&quot;</translation>
    </message>
    <message>
        <source>{0} 于 {1} 处理</source>
        <translation>Decided by {0}, {1}</translation>
    </message>
    <message>
        <source>镇（街道）</source>
        <translation>Town</translation>
    </message>
    <message>
        <source>已处理，待上传</source>
        <translation>Decided, to be uploaded</translation>
    </message>
    <message>
        <source>待处理</source>
        <translation>To decide</translation>
    </message>
    <message>
        <source>已处理</source>
        <translation>Decided</translation>
    </message>
    <message>
        <source>已一致</source>
        <translation>Agreed</translation>
    </message>
    <message>
        <source>（空）</source>
        <translation>(empty)</translation>
    </message>
    <message>
        <source>系统</source>
        <translation>System</translation>
    </message>
    <message>
        <source>{0} 于 {1} 填写</source>
        <translation>Entered by {0}, {1}</translation>
    </message>
    <message>
        <source>{0} · 目前采用</source>
        <translation>{0} · standing now</translation>
    </message>
    <message>
        <source>处理</source>
        <translation>Decide</translation>
    </message>
    <message>
        <source>处理 {0} 的“{1}”</source>
        <translation>Decide &quot;{1}&quot; of {0}</translation>
    </message>
    <message>
        <source>查看完整号码</source>
        <translation>Show full number</translation>
    </message>
    <message>
        <source>查看 {0} 的完整号码</source>
        <translation>Show the full number of {0}</translation>
    </message>
    <message>
        <source>查看档案</source>
        <translation>Open file</translation>
    </message>
    <message>
        <source>查看 {0} 的档案</source>
        <translation>Open the file of {0}</translation>
    </message>
    <message>
        <source>身份证号、去世、救助类别和银行账户由镇（街道）民政人员核对后确定。</source>
        <translation>ID number, death, category and bank account are settled by the town&apos;s clerk after checking.</translation>
    </message>
    <message>
        <source>都不对，另填</source>
        <translation>Neither; enter another</translation>
    </message>
    <message>
        <source>以哪一项为准</source>
        <translation>Which value holds</translation>
    </message>
    <message>
        <source>理由（核对了什么）</source>
        <translation>Reason (what was checked)</translation>
    </message>
    <message>
        <source>确定</source>
        <translation>Decide</translation>
    </message>
    <message>
        <source>会记入查看记录，号码显示一会儿后自动隐藏。</source>
        <translation>The look is recorded; the number hides again after a while.</translation>
    </message>
    <message>
        <source>查看理由</source>
        <translation>Why it is needed</translation>
    </message>
    <message>
        <source>显示号码</source>
        <translation>Show number</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>ConflictsScreen</name>
    <message>
        <source>两个人先后改了同一项，系统没有替谁作主：目前采用先到的一项，核对后在这里定。</source>
        <translation>Two people changed the same field. The first to arrive stands for now; check, then decide here.</translation>
    </message>
    <message>
        <source>没有需要核对的冲突。</source>
        <translation>There is nothing to decide.</translation>
    </message>
    <message>
        <source>{0} 项待核对</source>
        <translation>To decide: {0}</translation>
    </message>
    <message>
        <source>填写冲突</source>
        <translation>Conflicts</translation>
    </message>
</context>
<context>
    <name>ContactPanel</name>
    <message>
        <source>修改联系方式</source>
        <translation>Edit contact</translation>
    </message>
    <message>
        <source>家庭住址</source>
        <translation>Home address</translation>
    </message>
    <message>
        <source>保存</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>现在是 {0}，不改就留空</source>
        <translation>Now {0}; leave empty to keep it</translation>
    </message>
    <message>
        <source>现在没有电话</source>
        <translation>No phone so far</translation>
    </message>
    <message>
        <source>{0} 的电话</source>
        <translation>Phone of {0}</translation>
    </message>
</context>
<context>
    <name>CountedText</name>
    <message>
        <source>已满 {0} 字，多出的没有填入</source>
        <translation>The limit of {0} characters is reached; the rest was left out</translation>
    </message>
    <message>
        <source>{0} / {1} 字</source>
        <translation>{0} / {1} characters</translation>
    </message>
</context>
<context>
    <name>CoverageCard</name>
    <message>
        <source>已覆盖户 / 应访户</source>
        <translation>Covered / owed households</translation>
    </message>
    <message>
        <source>覆盖率 · {0}</source>
        <translation>Coverage · {0}</translation>
    </message>
</context>
<context>
    <name>CoveragesCard</name>
    <message>
        <source>救助待遇</source>
        <translation>Aid received</translation>
    </message>
    <message>
        <source>没有登记救助待遇</source>
        <translation>No aid on file</translation>
    </message>
    <message>
        <source>每月 {0} 元</source>
        <translation>{0} yuan a month</translation>
    </message>
    <message>
        <source>{0} 起</source>
        <translation>Since {0}</translation>
    </message>
    <message>
        <source>{0} 至 {1}</source>
        <translation>{0} to {1}</translation>
    </message>
    <message>
        <source>已停</source>
        <translation>ended</translation>
    </message>
</context>
<context>
    <name>DateField</name>
    <message>
        <source>如 2026.3.5 或 3月5日</source>
        <translation>e.g. 2026-03-05 or 3-5</translation>
    </message>
    <message>
        <source>打开日历</source>
        <translation>Open calendar</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>如 2026.3.5</source>
        <translation>e.g. 2026.3.5</translation>
    </message>
    <message>
        <source>{0} 打开日历</source>
        <translation>{0}: open calendar</translation>
    </message>
    <message>
        <source>日历</source>
        <translation>Calendar</translation>
    </message>
    <message>
        <source>请核对：日期应在 {0} 至 {1} 之间</source>
        <translation>Please check: the date should be between {0} and {1}</translation>
    </message>
    <message>
        <source>{0} 年 {1} 月 {2} 日</source>
        <translation>{0}-{1:02}-{2:02}</translation>
    </message>
    <message>
        <source>没有这一天，请核对月和日</source>
        <translation>There is no such day; please check month and day</translation>
    </message>
    <message>
        <source>看不懂这个日期，请写成 2026.3.5 或点日历选择</source>
        <translation>Date not understood; write it as 2026-03-05 or pick it in the calendar</translation>
    </message>
</context>
<context>
    <name>DayHeat</name>
    <message>
        <source>这个月还没有</source>
        <translation>None this month</translation>
    </message>
    <message>
        <source>共 {0} {unit}，分在 {1} 天；最多的一天是 {2}，{3} {unit}</source>
        <translation>{0} {unit} in all, on {1} days; most on {2}: {3} {unit}</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>数量</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
</context>
<context>
    <name>DayWords</name>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>昨天</source>
        <translation>Yesterday</translation>
    </message>
    <message>
        <source>明天</source>
        <translation>Tomorrow</translation>
    </message>
    <message>
        <source>{0} 年 {1} 月 {2} 日</source>
        <translation>{2} {3} {0}</translation>
    </message>
    <message>
        <source>{0} 月 {1} 日</source>
        <translation>{1} {2}</translation>
    </message>
    <message>
        <source>{0} 年 {1} 月</source>
        <translation>{2} {0}</translation>
    </message>
    <message>
        <source>星期一</source>
        <translation>Monday</translation>
    </message>
    <message>
        <source>星期二</source>
        <translation>Tuesday</translation>
    </message>
    <message>
        <source>星期三</source>
        <translation>Wednesday</translation>
    </message>
    <message>
        <source>星期四</source>
        <translation>Thursday</translation>
    </message>
    <message>
        <source>星期五</source>
        <translation>Friday</translation>
    </message>
    <message>
        <source>星期六</source>
        <translation>Saturday</translation>
    </message>
    <message>
        <source>星期日</source>
        <translation>Sunday</translation>
    </message>
    <message>
        <source>{0} 月 {1} 日 {2}</source>
        <translation>{2}, {1} {3}</translation>
    </message>
    <message>
        <source>{0} {1}</source>
        <translation>{0} {1}</translation>
    </message>
</context>
<context>
    <name>DaysCard</name>
    <message>
        <source>次</source>
        <translation>visits</translation>
    </message>
</context>
<context>
    <name>DocumentsCard</name>
    <message>
        <source>各部门表格（套打）</source>
        <translation>Other departments&apos; documents</translation>
    </message>
    <message>
        <source>用同样的走访内容填好下面的表格，每次走访一份，存到选定的文件夹。号码按上面的选择。</source>
        <translation>Fills the documents below with the same visit, one for each visit, into a folder you choose. Numbers as chosen above.</translation>
    </message>
    <message>
        <source>正在填写</source>
        <translation>Filling in</translation>
    </message>
    <message>
        <source>填写并保存</source>
        <translation>Fill in and save</translation>
    </message>
    <message>
        <source>Word 文档</source>
        <translation>Word document</translation>
    </message>
    <message>
        <source>Excel 表格</source>
        <translation>Excel table</translation>
    </message>
    <message>
        <source>还没有下载，请先同步</source>
        <translation>Not here yet, please sync first</translation>
    </message>
    <message>
        <source>要填写的表格</source>
        <translation>Documents to fill</translation>
    </message>
</context>
<context>
    <name>DraftCard</name>
    <message>
        <source>本机没有档案的家庭</source>
        <translation>Household not on this device</translation>
    </message>
    <message>
        <source>还没写地点</source>
        <translation>No place yet</translation>
    </message>
    <message>
        <source>还没写给谁</source>
        <translation>Nobody named yet</translation>
    </message>
    <message>
        <source>{0} 的草稿</source>
        <translation>Draft of {0}</translation>
    </message>
    <message>
        <source>临时救助</source>
        <translation>Temporary relief</translation>
    </message>
    <message>
        <source>该户已调整到“{0}”，现由他人负责。草稿仍保留，可提交或删除。</source>
        <translation>This household now belongs to {0} and to another worker. The draft is still here; submit or delete it.</translation>
    </message>
    <message>
        <source>还有 {0} 项</source>
        <translation>{0} more</translation>
    </message>
    <message>
        <source>继续填写</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>继续填写 {0} 的急难上报</source>
        <translation>Go on with the urgent report of {0}</translation>
    </message>
    <message>
        <source>继续填写 {0} 的临时救助</source>
        <translation>Continue the relief for {0}</translation>
    </message>
    <message>
        <source>继续填写 {0} 的{1}</source>
        <translation>Continue {1} of {0}</translation>
    </message>
    <message>
        <source>继续填写 {0} 的走访</source>
        <translation>Continue the visit to {0}</translation>
    </message>
    <message>
        <source>删除草稿</source>
        <translation>Delete draft</translation>
    </message>
    <message>
        <source>删除 {0} 的草稿</source>
        <translation>Delete the draft of {0}</translation>
    </message>
    <message>
        <source>急难未上报</source>
        <translation>Urgent, not reported</translation>
    </message>
    <message>
        <source>更正</source>
        <translation>Correction</translation>
    </message>
    <message>
        <source>草稿</source>
        <translation>Draft</translation>
    </message>
    <message>
        <source>缺 {0} 项</source>
        <translation>{0} missing</translation>
    </message>
    <message>
        <source>可以提交</source>
        <translation>Ready to submit</translation>
    </message>
</context>
<context>
    <name>DraftsScreen</name>
    <message>
        <source>草稿只存在本机，提交以后才会上传。</source>
        <translation>Drafts stay on this device; a visit is uploaded once you submit it.</translation>
    </message>
    <message>
        <source>显示更多</source>
        <translation>Show more</translation>
    </message>
    <message>
        <source>没有写了一半的走访。</source>
        <translation>No unfinished visits.</translation>
    </message>
    <message>
        <source>看看该去谁家</source>
        <translation>See who to visit</translation>
    </message>
    <message>
        <source>{0} 份草稿</source>
        <translation>Drafts: {0}</translation>
    </message>
    <message>
        <source>{0} 保存</source>
        <translation>Saved: {0}</translation>
    </message>
    <message>
        <source>草稿</source>
        <translation>Drafts</translation>
    </message>
    <message>
        <source>已删除 {0} 的草稿</source>
        <translation>Draft of {0} deleted</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>已恢复 {0} 的草稿</source>
        <translation>Draft of {0} restored</translation>
    </message>
</context>
<context>
    <name>DrawingAnswer</name>
    <message>
        <source>改用图片</source>
        <translation>Use a picture instead</translation>
    </message>
    <message>
        <source>图片 ({0})</source>
        <translation>Pictures ({0})</translation>
    </message>
    <message>
        <source>选择图片</source>
        <translation>Choose a picture</translation>
    </message>
</context>
<context>
    <name>DutyPhones</name>
    <message>
        <source>本机没有村、镇、县的值班电话，请打平时的联系电话。</source>
        <translation>This device has no duty phones of village, town and county; use the numbers you know.</translation>
    </message>
    <message>
        <source>村（社区）值班</source>
        <translation>Village on duty</translation>
    </message>
    <message>
        <source>镇（街道）值班</source>
        <translation>Town on duty</translation>
    </message>
    <message>
        <source>县（区）值班</source>
        <translation>County on duty</translation>
    </message>
</context>
<context>
    <name>EmergencyCard</name>
    <message>
        <source>有生命危险，先打电话</source>
        <translation>Life in danger: call first</translation>
    </message>
    <message>
        <source>急救</source>
        <translation>Ambulance</translation>
    </message>
    <message>
        <source>报警</source>
        <translation>Police</translation>
    </message>
    <message>
        <source>火警、救援</source>
        <translation>Fire and rescue</translation>
    </message>
</context>
<context>
    <name>EnrolPage</name>
    <message>
        <source>向管理员索取登记码：可以扫码、粘贴，也可以照着输入。</source>
        <translation>Ask the administrator for a code: scan it, paste it or type it.</translation>
    </message>
    <message>
        <source>扫登记码</source>
        <translation>Scan the code</translation>
    </message>
    <message>
        <source>这不是登记码。请对准管理员给的登记码。</source>
        <translation>This is another code. Hold up the one from the administrator.</translation>
    </message>
    <message>
        <source>把登记码放进框里，读到后会自动填好。</source>
        <translation>Hold the enrolment code inside the frame: the fields fill in by themselves.</translation>
    </message>
    <message>
        <source>登记这台设备</source>
        <translation>Enrol this device</translation>
    </message>
    <message>
        <source>服务器地址</source>
        <translation>Server address</translation>
    </message>
    <message>
        <source>登记码</source>
        <translation>Enrolment code</translation>
    </message>
    <message>
        <source>设置口令</source>
        <translation>Set a passphrase</translation>
    </message>
    <message>
        <source>至少 8 个字符。每次打开时输入，请记牢。</source>
        <translation>At least 8 characters. You need it each time you open the program; remember it well.</translation>
    </message>
    <message>
        <source>再输一遍口令</source>
        <translation>Passphrase again</translation>
    </message>
    <message>
        <source>登记并下载数据</source>
        <translation>Enrol and download</translation>
    </message>
    <message>
        <source>返回解锁</source>
        <translation>Back to unlock</translation>
    </message>
    <message>
        <source>正在登记……</source>
        <translation>Enrolling…</translation>
    </message>
</context>
<context>
    <name>Exemption</name>
    <message>
        <source>没有收下</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>待审批</source>
        <translation>To be decided</translation>
    </message>
    <message>
        <source>同意免访</source>
        <translation>Exempt</translation>
    </message>
    <message>
        <source>不同意免访</source>
        <translation>Not exempt</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>{0}至{1}（{2} 天）</source>
        <translation>{0} to {1} ({2} days)</translation>
    </message>
</context>
<context>
    <name>ExemptionCard</name>
    <message>
        <source>免访</source>
        <translation>Exemption</translation>
    </message>
    <message>
        <source>外地住院、外出等一时走访不到的，可以申请免访，由镇里审批。</source>
        <translation>Who cannot be visited for a time, in hospital or away, can be left out of the plan; the town decides.</translation>
    </message>
    <message>
        <source>申请免访</source>
        <translation>Ask for an exemption</translation>
    </message>
    <message>
        <source>提交申请</source>
        <translation>Send the request</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>{0}：{1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>请选择免访原因</source>
        <translation>Choose the reason</translation>
    </message>
    <message>
        <source>请填写免访起日</source>
        <translation>Give the first day</translation>
    </message>
    <message>
        <source>请填写免访止日</source>
        <translation>Give the last day</translation>
    </message>
    <message>
        <source>一次最多 {0} 天，到期可以再申请。</source>
        <translation>At most {0} days at a time; ask again when it ends.</translation>
    </message>
    <message>
        <source>免访原因</source>
        <translation>Reason for the exemption</translation>
    </message>
    <message>
        <source>免访起日</source>
        <translation>From</translation>
    </message>
    <message>
        <source>免访止日</source>
        <translation>Until</translation>
    </message>
    <message>
        <source>说明</source>
        <translation>Note</translation>
    </message>
</context>
<context>
    <name>ExemptionsScreen</name>
    <message>
        <source>等待审批的免访申请</source>
        <translation>Exemptions to decide</translation>
    </message>
    <message>
        <source>已经审批的免访申请</source>
        <translation>Exemptions decided</translation>
    </message>
    <message>
        <source>最近审批的</source>
        <translation>Decided lately</translation>
    </message>
    <message>
        <source>审批意见</source>
        <translation>Decision</translation>
    </message>
    <message>
        <source>确定审批</source>
        <translation>Decide</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>等待审批 {0} 件</source>
        <translation>To be decided: {0}</translation>
    </message>
    <message>
        <source>没有等待审批的免访申请。</source>
        <translation>No exemptions wait for a decision.</translation>
    </message>
    <message>
        <source>{0} 的免访申请</source>
        <translation>Exemption asked for {0}</translation>
    </message>
    <message>
        <source>地址</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>原因</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>起止</source>
        <translation>From and until</translation>
    </message>
    <message>
        <source>说明</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>申请人</source>
        <translation>Asked by</translation>
    </message>
    <message>
        <source>已电话核实</source>
        <translation>Checked by phone</translation>
    </message>
    <message>
        <source>有住院或机构证明</source>
        <translation>Hospital or home confirms it</translation>
    </message>
    <message>
        <source>村里已核实</source>
        <translation>Checked by the village</translation>
    </message>
    <message>
        <source>人在家</source>
        <translation>They are at home</translation>
    </message>
    <message>
        <source>可以改用电话或视频走访</source>
        <translation>A phone or video visit will do</translation>
    </message>
    <message>
        <source>缺少证明</source>
        <translation>No proof given</translation>
    </message>
    <message>
        <source>理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>{0} {1} 申请</source>
        <translation>{0}, {1}</translation>
    </message>
    <message>
        <source>{0} 审批</source>
        <translation>Decided by {0}</translation>
    </message>
    <message>
        <source>审批</source>
        <translation>Decide</translation>
    </message>
    <message>
        <source>{0} 件等您审批</source>
        <translation>Waiting for your decision: {0}</translation>
    </message>
    <message>
        <source>免访申请</source>
        <translation>Request for an exemption</translation>
    </message>
    <message>
        <source>已同意免访，联网后生效。</source>
        <translation>Approved. Takes effect once online.</translation>
    </message>
    <message>
        <source>已告知不同意免访，联网后送达。</source>
        <translation>Refused. The worker hears of it once online.</translation>
    </message>
</context>
<context>
    <name>ExportPage</name>
    <message>
        <source>导出走访台账</source>
        <translation>Export visits</translation>
    </message>
    <message>
        <source>姓名脱敏</source>
        <translation>Mask names</translation>
    </message>
    <message>
        <source>姓名不脱敏</source>
        <translation>Full names</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>Names</translation>
    </message>
    <message>
        <source>不脱敏的台账只用于工作需要，导出会留下记录。</source>
        <translation>Full names only where the work needs them; the export is recorded.</translation>
    </message>
    <message>
        <source>为什么需要不脱敏</source>
        <translation>Why full names are needed</translation>
    </message>
    <message>
        <source>选择保存位置</source>
        <translation>Choose where to save</translation>
    </message>
    <message>
        <source>返回名单</source>
        <translation>Back to list</translation>
    </message>
    <message>
        <source>共 {0} 次走访，按本页的先后导出。</source>
        <translation>Visits: {0}, exported in the order of this page.</translation>
    </message>
</context>
<context>
    <name>ExportProgress</name>
    <message>
        <source>正在导出</source>
        <translation>Exporting</translation>
    </message>
</context>
<context>
    <name>FactsCard</name>
    <message>
        <source>上报内容</source>
        <translation>The report</translation>
    </message>
    <message>
        <source>打开家庭档案</source>
        <translation>Open the household</translation>
    </message>
    <message>
        <source>复制短信</source>
        <translation>Copy the message</translation>
    </message>
    <message>
        <source>没有网络怎么送</source>
        <translation>How it travels without a network</translation>
    </message>
    <message>
        <source>打印上报单</source>
        <translation>Print the report form</translation>
    </message>
    <message>
        <source>已合并到：{0}</source>
        <translation>Merged into: {0}</translation>
    </message>
    <message>
        <source>编号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>地点</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>上报时间</source>
        <translation>Reported</translation>
    </message>
    <message>
        <source>最近变化</source>
        <translation>Last change</translation>
    </message>
    <message>
        <source>没有收下</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>家庭</source>
        <translation>Household</translation>
    </message>
    <message>
        <source>当事人</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>提供人</source>
        <translation>Informant</translation>
    </message>
    <message>
        <source>已采取措施</source>
        <translation>Done already</translation>
    </message>
    <message>
        <source>需要支持</source>
        <translation>Help needed</translation>
    </message>
    <message>
        <source>来源</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>上报人</source>
        <translation>Reporter</translation>
    </message>
    <message>
        <source>办理人</source>
        <translation>Assigned to</translation>
    </message>
    <message>
        <source>转给</source>
        <translation>Transferred to</translation>
    </message>
    <message>
        <source>上报时的程度</source>
        <translation>Urgency as reported</translation>
    </message>
    <message>
        <source>约 {0} 岁</source>
        <translation>about {0}</translation>
    </message>
    <message>
        <source>基本情况</source>
        <translation>Basics</translation>
    </message>
    <message>
        <source>去跟踪走访</source>
        <translation>Make the follow-up visit</translation>
    </message>
    <message>
        <source>打开急难线索</source>
        <translation>Open the urgent case</translation>
    </message>
    <message>
        <source>打印审批表</source>
        <translation>Print the approval form</translation>
    </message>
    <message>
        <source>困难原因</source>
        <translation>Cause of hardship</translation>
    </message>
    <message>
        <source>怎么给</source>
        <translation>How it is given</translation>
    </message>
    <message>
        <source>救助类型</source>
        <translation>Type of relief</translation>
    </message>
    <message>
        <source>受助人数</source>
        <translation>People helped</translation>
    </message>
    <message>
        <source>{0} 人</source>
        <translation>{0} people</translation>
    </message>
    <message>
        <source>发生时间</source>
        <translation>When it happened</translation>
    </message>
    <message>
        <source>经办人</source>
        <translation>Recorded by</translation>
    </message>
    <message>
        <source>入户核实人</source>
        <translation>Verified at home by</translation>
    </message>
    <message>
        <source>村（社区）意见</source>
        <translation>Village opinion</translation>
    </message>
    <message>
        <source>再次救助的理由</source>
        <translation>Reason for helping again</translation>
    </message>
    <message>
        <source>由谁审批</source>
        <translation>Who decides</translation>
    </message>
    <message>
        <source>审批人</source>
        <translation>Decided by</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>必填</source>
        <translation>required</translation>
    </message>
    <message>
        <source>上次：{0}</source>
        <translation>Last: {0}</translation>
    </message>
    <message>
        <source>{0} 上次：{1} 点按填入</source>
        <translation>{0}, last time {1}: tap to copy</translation>
    </message>
    <message>
        <source>，必填</source>
        <translation>, required</translation>
    </message>
</context>
<context>
    <name>FiguresPage</name>
    <message>
        <source>导出 Excel</source>
        <translation>Export to Excel</translation>
    </message>
    <message>
        <source>正在统计…</source>
        <translation>Counting…</translation>
    </message>
    <message>
        <source>看表格</source>
        <translation>Show table</translation>
    </message>
    <message>
        <source>各项指标</source>
        <translation>All figures</translation>
    </message>
    <message>
        <source>各项指标是怎么算的</source>
        <translation>How the figures are counted</translation>
    </message>
    <message>
        <source>点数字看名单。户按现在所在的地方统计，走访按当时走访的地方统计；走访周期在本月内结束的户计入本月应访。超期未访是截至今天的情况。</source>
        <translation>Tap a figure for its list. Households count where they are now, visits where they took place. A household is owed a visit in the month its period ends. Overdue is as of today.</translation>
    </message>
    <message>
        <source>您的岗位没有查看统计的权限，如需查看请联系上级。</source>
        <translation>Your role may not see statistics. Ask your supervisor if you need them.</translation>
    </message>
    <message>
        <source>本机还没有同步过，下面只有本机登记的走访。联网同步后数字才完整。</source>
        <translation>Not synced yet: below are only visits recorded on this device. The figures are complete after a sync.</translation>
    </message>
    <message>
        <source>立即同步</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>月份</source>
        <translation>Month</translation>
    </message>
    <message>
        <source>地方</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>到 {0}</source>
        <translation>Go to {0}</translation>
    </message>
    <message>
        <source>按什么分组</source>
        <translation>Group by</translation>
    </message>
    <message>
        <source>各区域</source>
        <translation>Areas</translation>
    </message>
    <message>
        <source>各区域的评估</source>
        <translation>Assessments by area</translation>
    </message>
    <message>
        <source>近 12 个月月末户数</source>
        <translation>Households at month&apos;s end, last 12 months</translation>
    </message>
    <message>
        <source>看哪个等级</source>
        <translation>Which level</translation>
    </message>
    <message numerus="yes">
        <source>次</source>
        <translation>
            <numerusform>time</numerusform>
            <numerusform>times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>户</source>
        <translation>
            <numerusform>household</numerusform>
            <numerusform>households</numerusform>
        </translation>
    </message>
    <message>
        <source>回到 {0}</source>
        <translation>Back to {0}</translation>
    </message>
    <message>
        <source>{0}月</source>
        <translation>{1}</translation>
    </message>
    <message>
        <source>区域</source>
        <translation>Area</translation>
    </message>
    <message>
        <source>{0} / {1} 户</source>
        <translation>{0} / {1} households</translation>
    </message>
    <message>
        <source>{0} / {1} 次</source>
        <translation>{0} / {1} visits</translation>
    </message>
    <message>
        <source>截至今天</source>
        <translation>as of today</translation>
    </message>
    <message>
        <source>不计入应访</source>
        <translation>not owed</translation>
    </message>
    <message>
        <source>{0} 人次</source>
        <translation>Persons seen: {0}</translation>
    </message>
    <message>
        <source>看图</source>
        <translation>Show chart</translation>
    </message>
</context>
<context>
    <name>FiguresTable</name>
    <message>
        <source>要看哪些列</source>
        <translation>Columns to show</translation>
    </message>
    <message>
        <source>导出时也只有这些列；都不选就是全部。</source>
        <translation>The export has the same columns; choosing none shows all.</translation>
    </message>
    <message>
        <source>走访与覆盖</source>
        <translation>Visits, coverage</translation>
    </message>
    <message>
        <source>方式、时限与免访</source>
        <translation>Ways, time, exempt</translation>
    </message>
    <message>
        <source>走访</source>
        <translation>Visits</translation>
    </message>
    <message>
        <source>覆盖与完成</source>
        <translation>Coverage</translation>
    </message>
    <message>
        <source>入户与上传</source>
        <translation>At home, on time</translation>
    </message>
    <message>
        <source>超期与免访</source>
        <translation>Overdue, exempt</translation>
    </message>
    <message>
        <source>看哪些指标</source>
        <translation>Figures to show</translation>
    </message>
    <message>
        <source>各项指标</source>
        <translation>All figures</translation>
    </message>
</context>
<context>
    <name>FileAnswer</name>
    <message>
        <source>选择文件</source>
        <translation>Choose file</translation>
    </message>
    <message>
        <source>去掉这个文件</source>
        <translation>Remove this file</translation>
    </message>
    <message>
        <source>文件 ({0})</source>
        <translation>Files ({0})</translation>
    </message>
    <message>
        <source>还没有选文件</source>
        <translation>No file chosen yet</translation>
    </message>
</context>
<context>
    <name>FileChoice</name>
    <message>
        <source>位置：</source>
        <translation>Look in:</translation>
    </message>
    <message>
        <source>文件类型：</source>
        <translation>Type of file:</translation>
    </message>
</context>
<context>
    <name>FormFooter</name>
    <message>
        <source>上一步</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>还没有存上：{0}</source>
        <translation>Not saved yet: {0}</translation>
    </message>
    <message>
        <source>正在保存…</source>
        <translation>Saving…</translation>
    </message>
    <message>
        <source>已自动保存 {0}</source>
        <translation>Saved at {0}</translation>
    </message>
    <message>
        <source>下一步：{0}</source>
        <translation>Next: {0}</translation>
    </message>
    <message>
        <source>下一步</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>提交</source>
        <translation>Submit</translation>
    </message>
</context>
<context>
    <name>FormPage</name>
    <message>
        <source>在哪个村（社区）或网格</source>
        <translation>Village or grid</translation>
    </message>
    <message>
        <source>村（社区）或网格</source>
        <translation>Village or grid</translation>
    </message>
    <message>
        <source>受助人姓名</source>
        <translation>Name of the recipient</translation>
    </message>
    <message>
        <source>受助人数</source>
        <translation>People helped</translation>
    </message>
    <message>
        <source>帮谁</source>
        <translation>Who is helped</translation>
    </message>
    <message>
        <source>也可以自己写</source>
        <translation>Or in your own words</translation>
    </message>
    <message>
        <source>为什么难</source>
        <translation>Cause of hardship</translation>
    </message>
    <message>
        <source>事由（点一句就行）</source>
        <translation>Reason (one tap is enough)</translation>
    </message>
    <message>
        <source>看病、上学等报销和资助以后，自己家里付的。</source>
        <translation>What the family paid itself for care, school and the like, after reimbursement and grants.</translation>
    </message>
    <message>
        <source>自付费用（元，可不填）</source>
        <translation>Self-paid expenses (yuan, optional)</translation>
    </message>
    <message>
        <source>给什么</source>
        <translation>What is given</translation>
    </message>
    <message>
        <source>添加{0}</source>
        <translation>Add {0}</translation>
    </message>
    <message>
        <source>点一样加一项：</source>
        <translation>Tap to add a line:</translation>
    </message>
    <message>
        <source>怎么给</source>
        <translation>How it is given</translation>
    </message>
    <message>
        <source>先行救助：先给，手续在几个工作日内补齐。一般程序：先审批，再发放。</source>
        <translation>Help first: give now, papers follow within some working days. Ordinary: approval first, then payment.</translation>
    </message>
    <message>
        <source>困难程度</source>
        <translation>How heavy the hardship is</translation>
    </message>
    <message>
        <source>发现金时按它算上限。</source>
        <translation>Sets the limit for cash.</translation>
    </message>
    <message>
        <source>用哪笔钱</source>
        <translation>Which money</translation>
    </message>
    <message>
        <source>救助类型</source>
        <translation>Type of relief</translation>
    </message>
    <message>
        <source>紧急程度</source>
        <translation>Urgency</translation>
    </message>
    <message>
        <source>再次救助的理由</source>
        <translation>Reason for helping again</translation>
    </message>
    <message>
        <source>村（社区）意见（可不填）</source>
        <translation>Village opinion (optional)</translation>
    </message>
    <message>
        <source>核实</source>
        <translation>Verification</translation>
    </message>
    <message>
        <source>现场照片</source>
        <translation>Photos of the scene</translation>
    </message>
    <message>
        <source>领取人签字</source>
        <translation>Signature of the recipient</translation>
    </message>
    <message>
        <source>已经给了的，请领取人看过上面的明细再签。没有签字的先记为待发放，发放时再签。</source>
        <translation>If it has been given, the recipient reads the list above and signs. Without a signature it is recorded as not yet paid and signed when it is.</translation>
    </message>
    <message>
        <source>怎么确认</source>
        <translation>How it is confirmed</translation>
    </message>
    <message>
        <source>不记了，删除这份草稿</source>
        <translation>Do not record it, delete this draft</translation>
    </message>
    <message>
        <source>受助的家庭成员</source>
        <translation>Members who are helped</translation>
    </message>
    <message>
        <source>入户核实的人不能再审批这笔救助。</source>
        <translation>Whoever verified at home cannot decide about this relief.</translation>
    </message>
    <message>
        <source>入户核实人</source>
        <translation>Verified at home by</translation>
    </message>
    <message>
        <source>合计 {0}</source>
        <translation>Total {0}</translation>
    </message>
    <message>
        <source>查谁</source>
        <translation>Who is checked</translation>
    </message>
    <message>
        <source>看到和问到的</source>
        <translation>What was seen and asked</translation>
    </message>
    <message>
        <source>结论</source>
        <translation>Conclusion</translation>
    </message>
    <message>
        <source>可以选几项。</source>
        <translation>Several may be chosen.</translation>
    </message>
    <message>
        <source>镇里会看到问题和期限。</source>
        <translation>The town will see the problem and the day.</translation>
    </message>
    <message>
        <source>照片（可不拍）</source>
        <translation>Photos (optional)</translation>
    </message>
    <message>
        <source>签字</source>
        <translation>Signatures</translation>
    </message>
    <message>
        <source>不便签字的可以不签。</source>
        <translation>May be left out where signing is not convenient.</translation>
    </message>
    <message>
        <source>不填了，删除这份草稿</source>
        <translation>Give up and delete this draft</translation>
    </message>
    <message>
        <source>姓名或名称</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>身份证号</source>
        <translation>ID number</translation>
    </message>
    <message>
        <source>电话</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>所在地</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>住址</source>
        <translation>Address</translation>
    </message>
    <message>
        <source>家庭人口</source>
        <translation>Members</translation>
    </message>
    <message>
        <source>救助类别</source>
        <translation>Category</translation>
    </message>
    <message>
        <source>登记金额</source>
        <translation>Amount on file</translation>
    </message>
    <message>
        <source>编号</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>日期</source>
        <translation>Date</translation>
    </message>
    <message>
        <source>走访方式</source>
        <translation>Mode of visit</translation>
    </message>
    <message>
        <source>走访人或联系人</source>
        <translation>Visitor or contact</translation>
    </message>
    <message>
        <source>抽查范围</source>
        <translation>Drawn from</translation>
    </message>
    <message>
        <source>计划号</source>
        <translation>Plan number</translation>
    </message>
    <message>
        <source>抽取方式</source>
        <translation>How it was drawn</translation>
    </message>
    <message>
        <source>随机种子，第 {0} 位</source>
        <translation>Random seed, number {0} in order</translation>
    </message>
    <message>
        <source>检查人</source>
        <translation>Inspectors</translation>
    </message>
    <message>
        <source>查完期限</source>
        <translation>Check by</translation>
    </message>
</context>
<context>
    <name>FormQuestion</name>
    <message>
        <source>已确认</source>
        <translation>Confirmed</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>FormScreen</name>
    <message>
        <source>检查错误</source>
        <translation>Check for mistakes</translation>
    </message>
    <message>
        <source>存草稿离开</source>
        <translation>Keep draft</translation>
    </message>
    <message>
        <source>需要马上处置</source>
        <translation>Needs action now</translation>
    </message>
    <message>
        <source>第 {0} 部分</source>
        <translation>Part {0}</translation>
    </message>
    <message>
        <source>核对并提交</source>
        <translation>Check and submit</translation>
    </message>
    <message>
        <source>核对答案</source>
        <translation>Check answers</translation>
    </message>
    <message>
        <source>全部答案</source>
        <translation>All answers</translation>
    </message>
    <message>
        <source>表单语言</source>
        <translation>Language of the form</translation>
    </message>
    <message>
        <source>这张表有了新版本（{0}）。可以先看看改用新版会怎样。</source>
        <translation>There is a new version of this form ({0}). See first what changing to it would mean.</translation>
    </message>
    <message>
        <source>看看新版</source>
        <translation>See the new version</translation>
    </message>
    <message>
        <source>改用新版后，有 {0} 个答案没有地方放，会去掉；另有 {1} 个新问题。</source>
        <translation>In the new version {0} answers have no place and will be removed; new questions: {1}.</translation>
    </message>
    <message>
        <source>改用新版</source>
        <translation>Use the new version</translation>
    </message>
    <message>
        <source>改用新版不会丢答案，另有 {0} 个新问题。</source>
        <translation>No answer is lost in the new version; new questions: {0}.</translation>
    </message>
    <message>
        <source>简报已复制，可以粘贴到短信里发出。</source>
        <translation>The short report is copied; paste it into a message.</translation>
    </message>
    <message>
        <source>这一项必填</source>
        <translation>This needs an answer</translation>
    </message>
    <message>
        <source>这个答案不符合要求，请核对</source>
        <translation>This answer does not fit; please check</translation>
    </message>
    <message>
        <source>{0}（第 {1} 项）</source>
        <translation>{0} (no. {1})</translation>
    </message>
    <message>
        <source>草稿，随填随存</source>
        <translation>Draft, saved as you type</translation>
    </message>
    <message>
        <source>评估小组与签字</source>
        <translation>Team and signatures</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>已经存上了</source>
        <translation>Saved already</translation>
    </message>
    <message>
        <source>已保存</source>
        <translation>Saved</translation>
    </message>
    <message>
        <source>已存本机 ✓ 待上传</source>
        <translation>Saved on this device ✓ To be uploaded</translation>
    </message>
    <message>
        <source>还有 {0} 处要补，已列在上面。</source>
        <translation>Still missing: {0}, listed above.</translation>
    </message>
    <message>
        <source>已删除这一项。</source>
        <translation>Entry deleted.</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>之后又有改动，请用 Ctrl+Z 一步一步撤销。</source>
        <translation>There were changes after it; press Ctrl+Z to undo step by step.</translation>
    </message>
    <message>
        <source>照片或文件还在处理，请稍等一下再试。</source>
        <translation>A photo or file is still being processed. Please wait a moment and try again.</translation>
    </message>
    <message>
        <source>已改用新版表单，原来的答案都带过来了。</source>
        <translation>Now in the new version; your answers came along.</translation>
    </message>
</context>
<context>
    <name>FormsCard</name>
    <message>
        <source>表单</source>
        <translation>Forms</translation>
    </message>
    <message>
        <source>待下载</source>
        <translation>To be downloaded</translation>
    </message>
    <message>
        <source>{0}：给谁填</source>
        <translation>{0}: for whom</translation>
    </message>
    <message>
        <source>继续填写</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>填写</source>
        <translation>Fill in</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To be uploaded</translation>
    </message>
    <message>
        <source>查看</source>
        <translation>View</translation>
    </message>
    <message>
        <source>查看 {0} {1}</source>
        <translation>View {0} {1}</translation>
    </message>
</context>
<context>
    <name>FundCard</name>
    <message>
        <source>{0} 备用金</source>
        <translation>Standby fund of {0}</translation>
    </message>
    <message>
        <source>余额 {0}</source>
        <translation>Balance {0}</translation>
    </message>
    <message>
        <source>区（县）准许透支 {0}。</source>
        <translation>The county allows an overdraft of {0}.</translation>
    </message>
    <message>
        <source>本机还有 {0} 等服务器记账。</source>
        <translation>{0} paid on this device wait for the server&apos;s books.</translation>
    </message>
    <message>
        <source>{0} 备用金明细</source>
        <translation>Entries of the standby fund of {0}</translation>
    </message>
    <message>
        <source>导出备用金账</source>
        <translation>Export the fund&apos;s ledger</translation>
    </message>
    <message>
        <source>导出{0}备用金账</source>
        <translation>Export the fund&apos;s ledger of {0}</translation>
    </message>
    <message>
        <source>{0} 元</source>
        <translation>{0} yuan</translation>
    </message>
    <message>
        <source>点开看救助记录</source>
        <translation>Open to see the relief</translation>
    </message>
</context>
<context>
    <name>HeadCard</name>
    <message>
        <source>风险{0}</source>
        <translation>Risk: {0}</translation>
    </message>
    <message>
        <source>{0} 岁</source>
        <translation>aged {0}</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>已超时</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>与另一件合并</source>
        <translation>Merged with another</translation>
    </message>
</context>
<context>
    <name>HouseholdCard</name>
    <message>
        <source>草稿</source>
        <translation>Draft</translation>
    </message>
    <message>
        <source>高风险</source>
        <translation>High risk</translation>
    </message>
    <message>
        <source>多次未遇</source>
        <translation>Not found</translation>
    </message>
    <message>
        <source>待核实</source>
        <translation>To be confirmed</translation>
    </message>
    <message>
        <source>已超期 {0} 天</source>
        <translation>{0} d overdue</translation>
    </message>
    <message>
        <source>今天到期</source>
        <translation>Due today</translation>
    </message>
    <message>
        <source>还有 {0} 天</source>
        <translation>{0} d left</translation>
    </message>
    <message>
        <source>已走访</source>
        <translation>Visited</translation>
    </message>
    <message>
        <source>待走访</source>
        <translation>To visit</translation>
    </message>
    <message>
        <source>免访</source>
        <translation>Exempt</translation>
    </message>
    <message>
        <source>救助回访超期 {0} 天</source>
        <translation>Follow-up {0} d late</translation>
    </message>
    <message>
        <source>救助回访还有 {0} 天</source>
        <translation>Follow-up in {0} d</translation>
    </message>
    <message>
        <source>定期核查超期 {0} 天</source>
        <translation>Review {0} d late</translation>
    </message>
    <message>
        <source>定期核查还有 {0} 天</source>
        <translation>Review in {0} d</translation>
    </message>
    <message>
        <source>{0} 岁</source>
        <translation>aged {0}</translation>
    </message>
    <message>
        <source>{0} 口人</source>
        <translation>{0} people</translation>
    </message>
    <message>
        <source>上次 {0}</source>
        <translation>Last: {0}</translation>
    </message>
    <message>
        <source>还没有走访过</source>
        <translation>Not visited yet</translation>
    </message>
    <message>
        <source>继续填写</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>开始走访</source>
        <translation>Start visit</translation>
    </message>
</context>
<context>
    <name>HouseholdFinder</name>
    <message>
        <source>姓名、拼音首字母、组、地址、身份证后6位</source>
        <translation>Name, group, address, ID</translation>
    </message>
    <message>
        <source>是哪一户（找到了就选）</source>
        <translation>Which household it is (pick it once found)</translation>
    </message>
    <message>
        <source>选了以后，线索归到这户的档案里。</source>
        <translation>The clue then goes into that household&apos;s file.</translation>
    </message>
    <message>
        <source>不是这户</source>
        <translation>Not this household</translation>
    </message>
</context>
<context>
    <name>HouseholdHead</name>
    <message>
        <source>开始走访</source>
        <translation>Start visit</translation>
    </message>
    <message>
        <source>修改联系方式</source>
        <translation>Edit contact</translation>
    </message>
    <message>
        <source>打印空白走访表</source>
        <translation>Print an empty visit form</translation>
    </message>
    <message>
        <source>{0} 岁</source>
        <translation>aged {0}</translation>
    </message>
    <message>
        <source>{0} 口人</source>
        <translation>{0} people</translation>
    </message>
</context>
<context>
    <name>HouseholdScreen</name>
    <message>
        <source>本期走访</source>
        <translation>This period</translation>
    </message>
    <message>
        <source>近12个月</source>
        <translation>Last 12 months</translation>
    </message>
    <message>
        <source>急难和救助</source>
        <translation>Urgent cases and relief</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>走访记录</source>
        <translation>Visits</translation>
    </message>
    <message>
        <source>还没有走访过这户。</source>
        <translation>This household has not been visited yet.</translation>
    </message>
    <message>
        <source>家庭情况</source>
        <translation>Household</translation>
    </message>
    <message numerus="yes">
        <source>次</source>
        <translation>
            <numerusform>visit</numerusform>
            <numerusform>visits</numerusform>
        </translation>
    </message>
    <message>
        <source>免访申请已存本机，联网后送镇里审批。</source>
        <translation>The request is kept on this device; it goes to the town once online.</translation>
    </message>
    <message>
        <source>走访记录 {0} 次</source>
        <translation>Visits: {0}</translation>
    </message>
    <message>
        <source>，更早的 {0} 次由县里保存</source>
        <translation>; {0} older ones are kept by the county</translation>
    </message>
    <message>
        <source>被退回</source>
        <translation>Returned</translation>
    </message>
    <message>
        <source>已作废</source>
        <translation>Void</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>已更正</source>
        <translation>Corrected</translation>
    </message>
    <message>
        <source>需求 {0} 项</source>
        <translation>Needs: {0}</translation>
    </message>
    <message>
        <source>没有写走访内容</source>
        <translation>Nothing was written</translation>
    </message>
    <message>
        <source>家庭档案</source>
        <translation>Household file</translation>
    </message>
    <message>
        <source>已登记 {0} 项需求，联网即发。</source>
        <translation>Needs noted: {0}. Sent once online.</translation>
    </message>
    <message>
        <source>联系方式已存本机，联网后自动上传。</source>
        <translation>Contact saved on this device; it is uploaded when you are online.</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>已恢复原来的联系方式。</source>
        <translation>The former contact is back.</translation>
    </message>
    <message>
        <source>没有改动。</source>
        <translation>Nothing was changed.</translation>
    </message>
</context>
<context>
    <name>HouseholdsScreen</name>
    <message>
        <source>家庭列表</source>
        <translation>List of households</translation>
    </message>
    <message>
        <source>登记新户</source>
        <translation>Register household</translation>
    </message>
    <message>
        <source>姓名、拼音首字母、组、地址、身份证后6位</source>
        <translation>Name, group, address, ID</translation>
    </message>
    <message>
        <source>找到 {0} 户</source>
        <translation>Found: {0}</translation>
    </message>
    <message>
        <source>共 {0} 户</source>
        <translation>Households: {0}</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>村（网格）</source>
        <translation>Village (grid)</translation>
    </message>
    <message>
        <source>本机还没有台账。联网同步一次后，这里会列出您负责的家庭。</source>
        <translation>There are no households on this device yet. Sync once online and those in your care are listed here.</translation>
    </message>
    <message>
        <source>立即同步</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>没有找到“{0}”。可以换姓名、拼音首字母或身份证后6位再试。</source>
        <translation>Nothing found for &quot;{0}&quot;. Try the name, its pinyin initials or the last 6 characters of the ID number.</translation>
    </message>
    <message>
        <source>这里还没有家庭。</source>
        <translation>There are no households here yet.</translation>
    </message>
    <message>
        <source>对象</source>
        <translation>Households</translation>
    </message>
</context>
<context>
    <name>Illustration</name>
    <message>
        <source>图片 {0}，点按放大</source>
        <translation>Picture {0}, tap to enlarge</translation>
    </message>
</context>
<context>
    <name>InstanceButton</name>
    <message>
        <source>已展开</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>点按展开</source>
        <translation>Tap to open</translation>
    </message>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>InstanceHead</name>
    <message>
        <source>{0} {1}</source>
        <translation>{0} {1}</translation>
    </message>
    <message>
        <source>第 {0} 项</source>
        <translation>No. {0}</translation>
    </message>
    <message>
        <source>缺 {0} 项</source>
        <translation>{0} missing</translation>
    </message>
    <message>
        <source>删除 {0}</source>
        <translation>Delete {0}</translation>
    </message>
</context>
<context>
    <name>ItemCard</name>
    <message>
        <source>删除{0}</source>
        <translation>Remove {0}</translation>
    </message>
    <message>
        <source>票据或收条的照片</source>
        <translation>Photos of receipts</translation>
    </message>
    <message>
        <source>{0} 元</source>
        <translation>{0} yuan</translation>
    </message>
    <message>
        <source>{0} = {1} 元</source>
        <translation>{0} = {1} yuan</translation>
    </message>
    <message>
        <source>几个人</source>
        <translation>People</translation>
    </message>
    <message>
        <source>金额（元）</source>
        <translation>Amount (yuan)</translation>
    </message>
    <message>
        <source>单价（元）</source>
        <translation>Unit price (yuan)</translation>
    </message>
    <message>
        <source>几晚（间数乘晚数）</source>
        <translation>Nights (rooms times nights)</translation>
    </message>
    <message>
        <source>几天（或几餐）</source>
        <translation>Days (or meals)</translation>
    </message>
    <message>
        <source>几天</source>
        <translation>Days</translation>
    </message>
    <message>
        <source>几趟</source>
        <translation>Trips</translation>
    </message>
    <message>
        <source>数量</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>是什么（可不填）</source>
        <translation>What it is (optional)</translation>
    </message>
    <message>
        <source>由谁提供（可不填）</source>
        <translation>Provided by (optional)</translation>
    </message>
    <message>
        <source>从哪天起</source>
        <translation>From</translation>
    </message>
    <message>
        <source>到哪天止</source>
        <translation>Until</translation>
    </message>
</context>
<context>
    <name>ItemsCard</name>
    <message>
        <source>救助内容</source>
        <translation>What was given</translation>
    </message>
    <message>
        <source>合计 {0}</source>
        <translation>Total {0}</translation>
    </message>
    <message>
        <source>{0} 至 {1}</source>
        <translation>{0} to {1}</translation>
    </message>
</context>
<context>
    <name>JobSeekersScreen</name>
    <message>
        <source>有就业意愿</source>
        <translation>Wishes to work</translation>
    </message>
    <message>
        <source>有意愿或有劳动能力未就业</source>
        <translation>Wish to, or able without a job</translation>
    </message>
    <message>
        <source>名单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>地区</source>
        <translation>Area</translation>
    </message>
    <message>
        <source>导出名单</source>
        <translation>Export the list</translation>
    </message>
    <message>
        <source>就业帮扶</source>
        <translation>Help with work</translation>
    </message>
    <message>
        <source>姓名脱敏</source>
        <translation>Masked names</translation>
    </message>
    <message>
        <source>姓名不脱敏</source>
        <translation>Full names</translation>
    </message>
    <message>
        <source>不脱敏的名单只用于工作需要，导出会留下记录。</source>
        <translation>Full names only where work needs them; the export is written down.</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>Names</translation>
    </message>
    <message>
        <source>为什么需要不脱敏</source>
        <translation>Why full names are needed</translation>
    </message>
    <message>
        <source>选择保存位置</source>
        <translation>Choose where to save</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>全部村组</source>
        <translation>All areas</translation>
    </message>
    <message>
        <source>没有登记过就业意愿。走访时把需求选“就业”，人就到这里。</source>
        <translation>Nobody&apos;s wish to work is on record. Pick Employment as a need at a visit and the person comes here.</translation>
    </message>
    <message>
        <source>没有这样的人。</source>
        <translation>Nobody.</translation>
    </message>
    <message>
        <source>{0} 岁</source>
        <translation>aged {0}</translation>
    </message>
    <message>
        <source>{0} 登记</source>
        <translation>Noted {0}</translation>
    </message>
    <message>
        <source>有就业意愿 {0} 人，共 {1} 人</source>
        <translation>Wish to work: {0}, in all: {1}</translation>
    </message>
    <message>
        <source>名单已导出，并留下记录。</source>
        <translation>The list was exported and written down.</translation>
    </message>
    <message>
        <source>Excel 表格 (*.xlsx)</source>
        <translation>Excel workbook (*.xlsx)</translation>
    </message>
</context>
<context>
    <name>KeptFilterRow</name>
    <message>
        <source>存为常用筛选</source>
        <translation>Keep as a filter</translation>
    </message>
    <message>
        <source>改名</source>
        <translation>Rename</translation>
    </message>
    <message>
        <source>删除常用筛选</source>
        <translation>Delete this filter</translation>
    </message>
    <message>
        <source>常用筛选的名字</source>
        <translation>Name of the filter</translation>
    </message>
    <message>
        <source>例如：本周要跑的组。</source>
        <translation>For example: the groups of this week.</translation>
    </message>
    <message>
        <source>保存名字</source>
        <translation>Save the name</translation>
    </message>
    <message>
        <source>不存了</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>{0}，正在使用</source>
        <translation>{0}, in use</translation>
    </message>
    <message>
        <source>已删除常用筛选“{0}”。</source>
        <translation>The filter {0} was deleted.</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>Keypad</name>
    <message>
        <source>小数点</source>
        <translation>Decimal point</translation>
    </message>
    <message>
        <source>负号</source>
        <translation>Minus sign</translation>
    </message>
    <message>
        <source>删一位</source>
        <translation>Delete a digit</translation>
    </message>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>完成输入</source>
        <translation>Finish entry</translation>
    </message>
    <message>
        <source>数字键盘</source>
        <translation>Keypad</translation>
    </message>
</context>
<context>
    <name>LevelHistory</name>
    <message>
        <source>风险{0}</source>
        <translation>Risk: {0}</translation>
    </message>
    <message>
        <source>查看</source>
        <translation>View</translation>
    </message>
    <message>
        <source>查看 {0} 的评估</source>
        <translation>View the assessment of {0}</translation>
    </message>
    <message>
        <source>下调理由：{0}</source>
        <translation>Reason for lowering: {0}</translation>
    </message>
    <message>
        <source>理由：{0}</source>
        <translation>Reason: {0}</translation>
    </message>
    <message>
        <source>评为{0}，没有生效：下调高风险必须写明理由。</source>
        <translation>Assessed as {0}, not counted: lowering a high risk needs a reason.</translation>
    </message>
    <message>
        <source>{0} 调整等级</source>
        <translation>Level changed by {0}</translation>
    </message>
    <message>
        <source>得分 {0}，负责人 {1}</source>
        <translation>Score {0}, lead {1}</translation>
    </message>
</context>
<context>
    <name>LimitsCard</name>
    <message>
        <source>金额和限额</source>
        <translation>Amounts and limits</translation>
    </message>
    <message>
        <source>合计 {0}</source>
        <translation>Total {0}</translation>
    </message>
    <message>
        <source>现金最多 {0}（每人每月标准 {1}）。</source>
        <translation>Cash up to {0} (monthly standard per person {1}).</translation>
    </message>
    <message>
        <source>今年已因同一原因救助过，请写明理由，由区（县）审批。</source>
        <translation>Helped for the same cause this year already: give the reason; the county decides.</translation>
    </message>
    <message>
        <source>备用金还有 {0}。</source>
        <translation>{0} left in the standby fund.</translation>
    </message>
    <message>
        <source>备用金只有 {0}，不够付这一笔。</source>
        <translation>Only {0} left in the standby fund: not enough for this.</translation>
    </message>
    <message>
        <source>在镇（街道）{0} 的限额以内，由镇（街道）审批。</source>
        <translation>Within the town&apos;s limit of {0}: the town decides.</translation>
    </message>
    <message>
        <source>超过镇（街道）{0} 的限额，由区（县）确认；先行救助可以先给。</source>
        <translation>Above the town&apos;s limit of {0}: the county confirms. Help first: it may be given now.</translation>
    </message>
    <message>
        <source>超过镇（街道）{0} 的限额，由区（县）审批后才能发放。</source>
        <translation>Above the town&apos;s limit of {0}: it may be paid once the county has approved it.</translation>
    </message>
</context>
<context>
    <name>ListPage</name>
    <message>
        <source>返回统计</source>
        <translation>Back to figures</translation>
    </message>
    <message>
        <source>导出这些走访</source>
        <translation>Export these visits</translation>
    </message>
    <message>
        <source>名单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>打印这些走访</source>
        <translation>Print these visits</translation>
    </message>
    <message>
        <source>打印空白走访表</source>
        <translation>Print empty visit forms</translation>
    </message>
    <message>
        <source>这里没有名单。</source>
        <translation>This list is empty.</translation>
    </message>
    <message>
        <source>{0} · {1} 次走访</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>{0} · {1} 户</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>看哪部分</source>
        <translation>Part of the list</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>入户通</source>
        <translation>Fieldapp</translation>
    </message>
    <message>
        <source>姓名、拼音首字母、组、地址、身份证后6位</source>
        <translation>Name, group, address, ID</translation>
    </message>
    <message>
        <source>换页</source>
        <translation>Pages</translation>
    </message>
    <message>
        <source>各个页面从这里进。按 F1 可以看全部快捷键。</source>
        <translation>All pages begin here. F1 lists every shortcut.</translation>
    </message>
    <message>
        <source>找一户</source>
        <translation>Find a household</translation>
    </message>
    <message>
        <source>输姓名、拼音首字母、组、地址或身份证后6位，没有网络也能找。</source>
        <translation>Type a name, pinyin initials, a group, an address or the last 6 characters of an ID number; it works without a network.</translation>
    </message>
    <message>
        <source>急难上报</source>
        <translation>Report urgent case</translation>
    </message>
    <message>
        <source>遇到断粮、重病、房屋危险等情况，随时点这里，一分钟报完，排在最前发出。</source>
        <translation>No food, grave illness, an unsafe house: press here at any time. It takes a minute and goes out first.</translation>
    </message>
    <message>
        <source>存好了没有</source>
        <translation>Is it saved?</translation>
    </message>
    <message>
        <source>这里说还有几条没上传。填的内容先存在本机，联网后自动上传，不会丢。</source>
        <translation>This says how much is not sent yet. What you enter is kept on this device first and sent by itself; nothing is lost.</translation>
    </message>
    <message>
        <source>名单到头了。</source>
        <translation>End of the list.</translation>
    </message>
</context>
<context>
    <name>MarkBox</name>
    <message>
        <source>走访人说明：{0}</source>
        <translation>The worker says: {0}</translation>
    </message>
    <message>
        <source>清除标记</source>
        <translation>Clear the mark</translation>
    </message>
    <message>
        <source>清除待上传</source>
        <translation>Clearing to be uploaded</translation>
    </message>
    <message>
        <source>已清除</source>
        <translation>Cleared</translation>
    </message>
    <message>
        <source>走访人已说明</source>
        <translation>Explained by the worker</translation>
    </message>
    <message>
        <source>这张照片与另一次走访的照片是同一个文件。</source>
        <translation>This photo and one of another visit are the same file.</translation>
    </message>
    <message>
        <source>这张照片与另一次走访的照片像是同一张，可能经过裁剪、压缩或翻转。</source>
        <translation>This photo looks like one of another visit, perhaps cut, compressed or mirrored.</translation>
    </message>
    <message>
        <source>这次走访与另外 {0} 户在同一地点、前后几分钟内填写，离各家都远。</source>
        <translation>This visit and those of {0} other households were told of at one place within minutes, far from all the homes.</translation>
    </message>
    <message>
        <source>按两次走访的时间和位置，路上来不及。</source>
        <translation>By the times and places of the two visits there was no time for the way.</translation>
    </message>
    <message>
        <source>走访内容与另外 {0} 户写得一样。</source>
        <translation>The words are the same as for {0} other households.</translation>
    </message>
    <message>
        <source>这次走访</source>
        <translation>This visit</translation>
    </message>
    <message>
        <source>不在本机的走访户</source>
        <translation>A household not on this device</translation>
    </message>
    <message>
        <source>看那次走访</source>
        <translation>See that visit</translation>
    </message>
    <message>
        <source>看那次走访：{0}</source>
        <translation>See that visit: {0}</translation>
    </message>
    <message>
        <source>清除原因：{0}（{1}）</source>
        <translation>Cleared because: {0} ({1})</translation>
    </message>
</context>
<context>
    <name>MarksCard</name>
    <message>
        <source>与其他走访对照的标记</source>
        <translation>Marks from comparison with other visits</translation>
    </message>
    <message>
        <source>由县服务器对照全部走访得出，只有主管看得到；标记只是请您核实，不代表结论。</source>
        <translation>Found by the county server among all visits and shown to supervisors only; a mark asks you to look, it is no finding.</translation>
    </message>
</context>
<context>
    <name>MatrixLine</name>
    <message>
        <source>这一项必填</source>
        <translation>This needs an answer</translation>
    </message>
    <message>
        <source>，必填</source>
        <translation>, required</translation>
    </message>
</context>
<context>
    <name>MemberEditor</name>
    <message>
        <source>评估负责人</source>
        <translation>Lead of the assessment</translation>
    </message>
    <message>
        <source>没有账号，在本机签字</source>
        <translation>No account; signs on this device</translation>
    </message>
    <message>
        <source>移出 {0}</source>
        <translation>Remove {0}</translation>
    </message>
    <message>
        <source>{0} 的身份</source>
        <translation>What {0} is</translation>
    </message>
</context>
<context>
    <name>MemberView</name>
    <message>
        <source>电话</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>身份证号</source>
        <translation>ID number</translation>
    </message>
    <message>
        <source>没有登记电话和证件号</source>
        <translation>No phone or ID number on file</translation>
    </message>
    <message>
        <source>{0} 岁</source>
        <translation>aged {0}</translation>
    </message>
</context>
<context>
    <name>MembersCard</name>
    <message>
        <source>家庭成员</source>
        <translation>Members</translation>
    </message>
    <message>
        <source>家庭成员 {0} 人</source>
        <translation>Members: {0}</translation>
    </message>
    <message>
        <source>评估小组</source>
        <translation>Assessment team</translation>
    </message>
    <message>
        <source>评估小组：{0} / {1} 人已签字</source>
        <translation>Team: {0} of {1} signed</translation>
    </message>
    <message>
        <source>不同意见：{0}</source>
        <translation>Differing view: {0}</translation>
    </message>
    <message>
        <source>已签字</source>
        <translation>Signed</translation>
    </message>
    <message>
        <source>签字</source>
        <translation>Sign</translation>
    </message>
    <message>
        <source>{0} 签字</source>
        <translation>{0} signs</translation>
    </message>
    <message>
        <source>等待签字</source>
        <translation>Waiting to sign</translation>
    </message>
</context>
<context>
    <name>MomentField</name>
    <message>
        <source>{0} 日期</source>
        <translation>{0}: date</translation>
    </message>
    <message>
        <source>{0} 时间</source>
        <translation>{0}: time</translation>
    </message>
</context>
<context>
    <name>MoneyCard</name>
    <message>
        <source>资金和时限</source>
        <translation>Money and deadlines</translation>
    </message>
    <message>
        <source>用哪笔钱</source>
        <translation>Which money</translation>
    </message>
    <message>
        <source>自付费用</source>
        <translation>Self-paid expenses</translation>
    </message>
    <message>
        <source>批准金额</source>
        <translation>Amount approved</translation>
    </message>
    <message>
        <source>已发放</source>
        <translation>Paid out</translation>
    </message>
    <message>
        <source>已退回</source>
        <translation>Returned</translation>
    </message>
    <message>
        <source>材料期限</source>
        <translation>Papers due</translation>
    </message>
    <message>
        <source>材料</source>
        <translation>Papers</translation>
    </message>
    <message>
        <source>下次回访</source>
        <translation>Next follow-up</translation>
    </message>
    <message>
        <source>已回访</source>
        <translation>Follow-ups made</translation>
    </message>
    <message>
        <source>{0} 次</source>
        <translation>Times: {0}</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>备用金余额</source>
        <translation>Balance of the standby fund</translation>
    </message>
    <message>
        <source>{0}前</source>
        <translation>by {0}</translation>
    </message>
    <message>
        <source>{0}（日历未更新）</source>
        <translation>{0} (calendar not up to date)</translation>
    </message>
</context>
<context>
    <name>MonthDays</name>
    <message>
        <source>{0} 年 {1} 月 {2} 日</source>
        <translation>{0}-{1:02}-{2:02}</translation>
    </message>
</context>
<context>
    <name>MonthField</name>
    <message>
        <source>如 2026 年</source>
        <translation>e.g. 2026</translation>
    </message>
    <message>
        <source>如 2026.3</source>
        <translation>e.g. 2026-03</translation>
    </message>
    <message>
        <source>年份</source>
        <translation>Year</translation>
    </message>
    <message>
        <source>月份</source>
        <translation>Month</translation>
    </message>
    <message>
        <source>{0} 减少</source>
        <translation>Less: {0}</translation>
    </message>
    <message>
        <source>{0} 增加</source>
        <translation>More: {0}</translation>
    </message>
    <message>
        <source>看不懂这个年份，请写成 2026</source>
        <translation>This is no year; write 2026</translation>
    </message>
    <message>
        <source>看不懂这个月份，请写成 2026.3</source>
        <translation>This is no month; write 2026-03</translation>
    </message>
    <message>
        <source>{0} 年</source>
        <translation>{0}</translation>
    </message>
    <message>
        <source>{0} 年 {1} 月</source>
        <translation>{0}-{1}</translation>
    </message>
</context>
<context>
    <name>MonthGrid</name>
    <message>
        <source>上一年</source>
        <translation>Year before</translation>
    </message>
    <message>
        <source>上个月</source>
        <translation>Month before</translation>
    </message>
    <message>
        <source>下个月</source>
        <translation>Next month</translation>
    </message>
    <message>
        <source>下一年</source>
        <translation>Next year</translation>
    </message>
    <message>
        <source>今天</source>
        <translation>Today</translation>
    </message>
</context>
<context>
    <name>MoreScreen</name>
    <message>
        <source>更多</source>
        <translation>More</translation>
    </message>
    <message>
        <source>走访审核</source>
        <translation>Visit review</translation>
    </message>
    <message>
        <source>看走访记录和照片，通过、退回或作废</source>
        <translation>Read visits with their photos; approve, return or make void</translation>
    </message>
    <message>
        <source>走访复查</source>
        <translation>Back-checks</translation>
    </message>
    <message>
        <source>请另一位同事把几个问题再问一遍，看哪里不一致</source>
        <translation>A colleague asks some questions again; see where answers differ</translation>
    </message>
    <message>
        <source>双随机检查</source>
        <translation>Spot checks</translation>
    </message>
    <message>
        <source>区里抽查发现了什么问题，限期什么时候整改</source>
        <translation>What the county&apos;s spot checks found, and by when to put it right</translation>
    </message>
    <message>
        <source>专项排查</source>
        <translation>Campaign</translation>
    </message>
    <message>
        <source>雨雪低温等集中走访：还有哪些门没敲，走到哪一步</source>
        <translation>Many visits at once, as in snow: open doors and progress</translation>
    </message>
    <message>
        <source>满意度和意见</source>
        <translation>Satisfaction and suggestions</translation>
    </message>
    <message>
        <source>走访结束时群众怎么说，有什么建议</source>
        <translation>What families say at the end of a visit, and what they suggest</translation>
    </message>
    <message>
        <source>免访申请</source>
        <translation>Request for an exemption</translation>
    </message>
    <message>
        <source>谁暂时走访不到，审批到哪一步</source>
        <translation>Who cannot be visited for a time, and how the requests stand</translation>
    </message>
    <message>
        <source>走访频次规则</source>
        <translation>Visit rules</translation>
    </message>
    <message>
        <source>哪类家庭多久走访一次，从哪天起执行</source>
        <translation>How often which households are visited, and from which day</translation>
    </message>
    <message>
        <source>临时救助</source>
        <translation>Temporary relief</translation>
    </message>
    <message>
        <source>待审批、待补材料、待回访的救助</source>
        <translation>Relief to decide, papers to bring, visits to make</translation>
    </message>
    <message>
        <source>急难处置时效</source>
        <translation>Times of urgent cases</translation>
    </message>
    <message>
        <source>接报、到场、救助、补材料用了多久，谁超时</source>
        <translation>How long acceptance, visit, relief and papers took, and what was late</translation>
    </message>
    <message>
        <source>服务需求</source>
        <translation>Service need</translation>
    </message>
    <message>
        <source>谁需要什么服务，转给了谁，办到哪一步</source>
        <translation>Who needs what, who serves it, how far it is</translation>
    </message>
    <message>
        <source>未满足需求统计</source>
        <translation>Unmet needs</translation>
    </message>
    <message>
        <source>按地区和种类，还有慈善帮扶池</source>
        <translation>By area and kind, and the charity pool</translation>
    </message>
    <message>
        <source>就业帮扶</source>
        <translation>Help with work</translation>
    </message>
    <message>
        <source>谁想工作、谁能工作，名单可以导出</source>
        <translation>Who wishes to or could work; the list can be exported</translation>
    </message>
    <message>
        <source>政策卡片</source>
        <translation>Policy cards</translation>
    </message>
    <message>
        <source>有哪些救助、找谁办、要带什么，没有网络也能查</source>
        <translation>What aid there is, whom to ask, what to bring; without a network</translation>
    </message>
    <message>
        <source>练习</source>
        <translation>Practice</translation>
    </message>
    <message>
        <source>用虚构的家庭随便试，填什么都不会上传，可以重来</source>
        <translation>Try everything with made-up households; nothing is sent, and you can start over</translation>
    </message>
    <message>
        <source>带我看看</source>
        <translation>Show me around</translation>
    </message>
    <message>
        <source>一步一步看首页上各是什么</source>
        <translation>What is what on the first page, step by step</translation>
    </message>
    <message>
        <source>快捷键</source>
        <translation>Keyboard shortcuts</translation>
    </message>
    <message>
        <source>哪个键做什么，随时按 F1 也能看</source>
        <translation>What every key does; F1 shows it at any time</translation>
    </message>
    <message>
        <source>服务机构和项目</source>
        <translation>Organisations and projects</translation>
    </message>
    <message>
        <source>谁能提供服务，合同和名额</source>
        <translation>Who serves, contracts and places</translation>
    </message>
</context>
<context>
    <name>NavButton</name>
    <message>
        <source>{0} 项</source>
        <translation>{0} waiting</translation>
    </message>
</context>
<context>
    <name>Navigation</name>
    <message>
        <source>今日</source>
        <translation>Today</translation>
    </message>
    <message>
        <source>对象</source>
        <translation>Households</translation>
    </message>
    <message>
        <source>草稿</source>
        <translation>Drafts</translation>
    </message>
    <message>
        <source>急难上报</source>
        <translation>Urgent</translation>
    </message>
    <message>
        <source>线索</source>
        <translation>Clues</translation>
    </message>
    <message>
        <source>双随机</source>
        <translation>Spot checks</translation>
    </message>
    <message>
        <source>统计</source>
        <translation>Statistics</translation>
    </message>
    <message>
        <source>更多</source>
        <translation>More</translation>
    </message>
    <message>
        <source>设置</source>
        <translation>Settings</translation>
    </message>
</context>
<context>
    <name>NeedReportScreen</name>
    <message>
        <source>按地区和种类</source>
        <translation>By area and kind</translation>
    </message>
    <message>
        <source>未满足需求统计</source>
        <translation>Unmet needs</translation>
    </message>
    <message>
        <source>还没有登记过服务需求。</source>
        <translation>No needs have been noted yet.</translation>
    </message>
    <message>
        <source>慈善帮扶池</source>
        <translation>Charity pool</translation>
    </message>
    <message>
        <source>不符合救助条件、但需要帮助，并且家属同意的，慈善组织能看到下面的内容：没有全名、电话、证件号和病情。</source>
        <translation>Charities see what stands below, of families that are not eligible, need help and agreed: no full name, phone, ID number or illness.</translation>
    </message>
    <message>
        <source>地区</source>
        <translation>Area</translation>
    </message>
    <message>
        <source>需求</source>
        <translation>Need</translation>
    </message>
    <message>
        <source>登记</source>
        <translation>Noted</translation>
    </message>
    <message>
        <source>待办</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>已超时</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>未满足</source>
        <translation>Unmet</translation>
    </message>
    <message>
        <source>慈善帮扶池 {0} 项</source>
        <translation>Charity pool: {0}</translation>
    </message>
    <message>
        <source>另有 {0} 项家属还没有同意，慈善组织看不到。</source>
        <translation>Without the family&apos;s consent, unseen by charities: {0}.</translation>
    </message>
    <message>
        <source>救助未批准</source>
        <translation>Relief refused</translation>
    </message>
    <message>
        <source>{0} 发现</source>
        <translation>Seen {0}</translation>
    </message>
    <message>
        <source>点数字看名单</source>
        <translation>Tap a number for its list</translation>
    </message>
</context>
<context>
    <name>NeedScreen</name>
    <message>
        <source>家属没有同意告诉服务机构，不能转介。问过家属、同意以后，重新登记一条需求。</source>
        <translation>The family has not agreed that an organisation is told, so it cannot be referred. Ask the family; once they agree, note the need again.</translation>
    </message>
    <message>
        <source>办理过程</source>
        <translation>What was done</translation>
    </message>
    <message>
        <source>打开家庭档案</source>
        <translation>Open the household</translation>
    </message>
    <message>
        <source>查看走访</source>
        <translation>Open the visit</translation>
    </message>
    <message>
        <source>{0}前答复</source>
        <translation>answer by {0}</translation>
    </message>
    <message>
        <source>同意</source>
        <translation>Agreed</translation>
    </message>
    <message>
        <source>没有同意</source>
        <translation>Not agreed</translation>
    </message>
    <message>
        <source>家庭</source>
        <translation>Household</translation>
    </message>
    <message>
        <source>给谁</source>
        <translation>For whom</translation>
    </message>
    <message>
        <source>什么时候要</source>
        <translation>By when</translation>
    </message>
    <message>
        <source>具体情况</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>告诉服务机构</source>
        <translation>Sharing</translation>
    </message>
    <message>
        <source>其他</source>
        <translation>Other</translation>
    </message>
    <message>
        <source>不符合救助条件，但需要帮助</source>
        <translation>Not eligible for aid, but needs help</translation>
    </message>
    <message>
        <source>服务机构</source>
        <translation>Organisations</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>登记需求</source>
        <translation>Note needs</translation>
    </message>
    <message>
        <source>转介给 {0}</source>
        <translation>Referred to {0}</translation>
    </message>
    <message>
        <source>{0} 分（最高 5 分）</source>
        <translation>{0} of 5</translation>
    </message>
    <message>
        <source>{0}服务 {1} 小时</source>
        <translation>{0}: served {1} h</translation>
    </message>
    <message>
        <source>没有生效</source>
        <translation>Did not hold</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>转介给服务机构</source>
        <translation>Refer to an organisation</translation>
    </message>
    <message>
        <source>{0} 发现</source>
        <translation>Seen {0}</translation>
    </message>
    <message>
        <source>服务需求</source>
        <translation>Service need</translation>
    </message>
    <message>
        <source>已转介，联网即发给机构。</source>
        <translation>Referred. Sent to the organisation once online.</translation>
    </message>
    <message>
        <source>已存本机，联网即发。</source>
        <translation>Kept on this device, sent as soon as there is a network.</translation>
    </message>
</context>
<context>
    <name>NeedWords</name>
    <message>
        <source>没有收下</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>已超时</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>超时未接收</source>
        <translation>Not answered in time</translation>
    </message>
    <message>
        <source>待评价</source>
        <translation>To be rated</translation>
    </message>
    <message>
        <source>未同意告知</source>
        <translation>No consent</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>{0} 发现</source>
        <translation>Seen {0}</translation>
    </message>
</context>
<context>
    <name>NeedsCard</name>
    <message>
        <source>服务需求</source>
        <translation>Service need</translation>
    </message>
    <message>
        <source>没有登记服务需求</source>
        <translation>No service needs on record</translation>
    </message>
    <message>
        <source>登记需求</source>
        <translation>Note needs</translation>
    </message>
</context>
<context>
    <name>NeedsEditor</name>
    <message>
        <source>添加 {0}</source>
        <translation>Add {0}</translation>
    </message>
</context>
<context>
    <name>NeedsPanel</name>
    <message>
        <source>登记需求</source>
        <translation>Note needs</translation>
    </message>
    <message>
        <source>保存需求</source>
        <translation>Save needs</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>NeedsScreen</name>
    <message>
        <source>名单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>服务需求</source>
        <translation>Service need</translation>
    </message>
    <message>
        <source>全部需求</source>
        <translation>All needs</translation>
    </message>
    <message>
        <source>需求种类</source>
        <translation>Kind of need</translation>
    </message>
    <message>
        <source>地区</source>
        <translation>Area</translation>
    </message>
    <message>
        <source>未满足需求统计</source>
        <translation>Unmet needs</translation>
    </message>
    <message>
        <source>服务机构和项目</source>
        <translation>Organisations and projects</translation>
    </message>
    <message>
        <source>{0} 项</source>
        <translation>{0} waiting</translation>
    </message>
    <message>
        <source>全部村组</source>
        <translation>All areas</translation>
    </message>
    <message>
        <source>待办</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>已超时</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>超时未接收</source>
        <translation>Not answered in time</translation>
    </message>
    <message>
        <source>未满足</source>
        <translation>Unmet</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>没有等着办的服务需求。走访时或在家庭档案里可以登记。</source>
        <translation>No need waits. Needs are noted at a visit or in a household&apos;s file.</translation>
    </message>
    <message>
        <source>没有超时的服务需求。</source>
        <translation>No need is late.</translation>
    </message>
    <message>
        <source>没有超过答复期限的转介。</source>
        <translation>No referral is past its response time.</translation>
    </message>
    <message>
        <source>没有未满足的服务需求。</source>
        <translation>No unmet needs.</translation>
    </message>
    <message>
        <source>还没有登记过服务需求。走访时或在家庭档案里可以登记。</source>
        <translation>No needs have been noted yet. They are noted at a visit or in a household&apos;s file.</translation>
    </message>
    <message>
        <source>待办 {0} 项，已超时 {1} 项，超时未接收 {2} 项</source>
        <translation>Open {0}, late {1}, not answered in time {2}</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>知道了</source>
        <translation>Seen</translation>
    </message>
</context>
<context>
    <name>NumberField</name>
    <message>
        <source>数字键盘</source>
        <translation>Keypad</translation>
    </message>
    <message>
        <source>{0} 数字键盘</source>
        <translation>Keypad: {0}</translation>
    </message>
    <message>
        <source>请填整数，不要小数</source>
        <translation>Enter a whole number, no decimals</translation>
    </message>
    <message>
        <source>请只填数字</source>
        <translation>Enter digits only</translation>
    </message>
</context>
<context>
    <name>OpinionsScreen</name>
    <message>
        <source>有意见建议</source>
        <translation>Suggestions</translation>
    </message>
    <message>
        <source>近 12 个月满意率</source>
        <translation>Satisfaction in the last 12 months</translation>
    </message>
    <message>
        <source>看表格</source>
        <translation>Show table</translation>
    </message>
    <message>
        <source>满意率 = 满意和基本满意 ÷ 回答了的走访。可以不回答，未答单独计数，不影响满意率。</source>
        <translation>Satisfaction = satisfied and fairly satisfied ÷ visits with an answer. Nobody has to answer; refusals are counted apart and do not change the share.</translation>
    </message>
    <message>
        <source>群众的意见</source>
        <translation>What families said</translation>
    </message>
    <message>
        <source>您的岗位没有查看统计的权限，如需查看请联系上级。</source>
        <translation>Your role may not see statistics. Ask your supervisor if you need them.</translation>
    </message>
    <message numerus="yes">
        <source>次</source>
        <translation>
            <numerusform>visit</numerusform>
            <numerusform>visits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>条</source>
        <translation>
            <numerusform>suggestion</numerusform>
            <numerusform>suggestions</numerusform>
        </translation>
    </message>
    <message>
        <source>月份</source>
        <translation>Month</translation>
    </message>
    <message>
        <source>地方</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>满意率 {0}（{1} / {2} 次）</source>
        <translation>Satisfaction {0} ({1} of {2} answers)</translation>
    </message>
    <message>
        <source>{0}月</source>
        <translation>{1}</translation>
    </message>
    <message>
        <source>满意率</source>
        <translation>Satisfaction</translation>
    </message>
    <message>
        <source>满意</source>
        <translation>Satisfied</translation>
    </message>
    <message>
        <source>已回答</source>
        <translation>Answered</translation>
    </message>
    <message>
        <source>意见建议</source>
        <translation>Suggestions</translation>
    </message>
    <message>
        <source>{0} 条</source>
        <translation>{0} in all</translation>
    </message>
    <message>
        <source>还有 {0} 条没有列出，可以选别的月份或地方。</source>
        <translation>{0} more are not listed. Choose another month or area.</translation>
    </message>
    <message>
        <source>这个月还没有。</source>
        <translation>None this month.</translation>
    </message>
    <message>
        <source>本机没有的家庭</source>
        <translation>Household not on this device</translation>
    </message>
    <message>
        <source>看图</source>
        <translation>Show chart</translation>
    </message>
    <message>
        <source>满意度和意见</source>
        <translation>Satisfaction and suggestions</translation>
    </message>
</context>
<context>
    <name>OrganisationsScreen</name>
    <message>
        <source>全部服务</source>
        <translation>All services</translation>
    </message>
    <message>
        <source>服务种类</source>
        <translation>Kinds of service</translation>
    </message>
    <message>
        <source>服务机构</source>
        <translation>Organisations</translation>
    </message>
    <message>
        <source>没有这样的服务机构。名单由县（区）民政局维护。</source>
        <translation>No such organisation. The county keeps the list.</translation>
    </message>
    <message>
        <source>名额余 {0}</source>
        <translation>Places left: {0}</translation>
    </message>
    <message>
        <source>全县（区）</source>
        <translation>Whole county</translation>
    </message>
    <message>
        <source>暂不服务</source>
        <translation>Not serving now</translation>
    </message>
    <message>
        <source>志愿服务</source>
        <translation>Volunteers</translation>
    </message>
    <message>
        <source>可转介</source>
        <translation>Takes referrals</translation>
    </message>
    <message>
        <source>待接收 {0}，服务中 {1}</source>
        <translation>Waiting {0}, in service {1}</translation>
    </message>
    <message>
        <source>服务地区</source>
        <translation>Areas served</translation>
    </message>
    <message>
        <source>联系人</source>
        <translation>Contact</translation>
    </message>
    <message>
        <source>信用代码</source>
        <translation>Credit code</translation>
    </message>
    <message>
        <source>本地转介</source>
        <translation>Referrals here</translation>
    </message>
    <message>
        <source>合同 {0}</source>
        <translation>Contract {0}</translation>
    </message>
    <message>
        <source>履行中</source>
        <translation>In force</translation>
    </message>
    <message>
        <source>不在期内</source>
        <translation>Not in force</translation>
    </message>
    <message>
        <source>期限</source>
        <translation>Term</translation>
    </message>
    <message>
        <source>金额</source>
        <translation>Amount</translation>
    </message>
    <message>
        <source>指标</source>
        <translation>Indicators</translation>
    </message>
    <message>
        <source>项目 {0}</source>
        <translation>Project {0}</translation>
    </message>
    <message>
        <source>{0} 人，已用 {1}</source>
        <translation>{0} people, {1} taken</translation>
    </message>
    <message>
        <source>对象</source>
        <translation>Households</translation>
    </message>
    <message>
        <source>名额</source>
        <translation>Places</translation>
    </message>
    <message>
        <source>资金</source>
        <translation>Funding</translation>
    </message>
    <message>
        <source>{0} 至 {1}</source>
        <translation>{0} to {1}</translation>
    </message>
    <message>
        <source>{0} 元</source>
        <translation>{0} yuan</translation>
    </message>
    <message>
        <source>服务机构和项目</source>
        <translation>Organisations and projects</translation>
    </message>
</context>
<context>
    <name>PackagesScreen</name>
    <message>
        <source>再试一次</source>
        <translation>Try again</translation>
    </message>
    <message>
        <source>没有网络时</source>
        <translation>Without a network</translation>
    </message>
    <message>
        <source>导出离线包</source>
        <translation>Export a package</translation>
    </message>
    <message>
        <source>带照片</source>
        <translation>With photos</translation>
    </message>
    <message>
        <source>不带照片</source>
        <translation>Without photos</translation>
    </message>
    <message>
        <source>照片和签字</source>
        <translation>Photos and signatures</translation>
    </message>
    <message>
        <source>不带时，照片留在本机，以后再传。</source>
        <translation>Left out, photos stay on this device and are sent later.</translation>
    </message>
    <message>
        <source>选择保存位置</source>
        <translation>Choose where to save</translation>
    </message>
    <message>
        <source>正在导出</source>
        <translation>Exporting</translation>
    </message>
    <message>
        <source>读取文件或二维码</source>
        <translation>Read a file or QR codes</translation>
    </message>
    <message>
        <source>拿回的回执包：在本机读取，完成上传，并收下新任务和退回。
别人的离线包：本机有网络时，替他上传，再把回执交给他。</source>
        <translation>A receipt that came back: read it here to finish the upload and take in new tasks and returns.
A colleague&apos;s package: with a network, upload it from here, then hand back the receipt.</translation>
    </message>
    <message>
        <source>选择文件</source>
        <translation>Choose file</translation>
    </message>
    <message>
        <source>选择回执包或离线包文件</source>
        <translation>Choose a receipt or package file</translation>
    </message>
    <message>
        <source>扫描二维码</source>
        <translation>Scan QR codes</translation>
    </message>
    <message>
        <source>已代传，请交回回执</source>
        <translation>Uploaded; hand back the receipt</translation>
    </message>
    <message>
        <source>保存回执包</source>
        <translation>Save the receipt</translation>
    </message>
    <message>
        <source>用二维码显示回执</source>
        <translation>Show the receipt as QR codes</translation>
    </message>
    <message>
        <source>把还没上传的内容存到 U 盘，交给乡镇或区县上传。已加密，导出后仍保留在本机。</source>
        <translation>Saves what is not uploaded yet to a USB stick, for the town or county to upload. It is encrypted; everything also stays on this device.</translation>
    </message>
    <message>
        <source>服务器已收下 {0} 导出的离线包。请把回执交给导出的人读取。</source>
        <translation>The server has taken the package exported {0}. Hand the receipt to whoever exported it.</translation>
    </message>
    <message>
        <source>正在清点……</source>
        <translation>Counting…</translation>
    </message>
    <message>
        <source>没有要上传的内容。也可以导出，用来取回上级的任务和退回。</source>
        <translation>Nothing to upload. You can still export, to fetch tasks and returns.</translation>
    </message>
    <message>
        <source>待上传：{0} 条记录。</source>
        <translation>To upload: records {0}.</translation>
    </message>
    <message>
        <source>待上传：{0} 条记录，{1} 个照片和签字（约 {2}）。</source>
        <translation>To upload: records {0}, photos and signatures {1} (about {2}).</translation>
    </message>
    <message>
        <source>已导出 {0} 条记录、{1} 个照片和签字，共 {2}：{3}</source>
        <translation>Exported: records {0}, photos and signatures {1}, {2} in all: {3}</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>有 {0} 个照片和签字没有带上，以后再传。</source>
        <translation>Left out, to be sent later: photos and signatures {0}.</translation>
    </message>
    <message>
        <source>请先安全弹出 U 盘再拔下。</source>
        <translation>Eject the USB stick before you pull it out.</translation>
    </message>
    <message>
        <source>回执里没有新内容，都已经收到过。</source>
        <translation>Nothing new in this receipt; all of it was received before.</translation>
    </message>
    <message>
        <source>回执已读取：{0} 条记录、{1} 个照片和签字确认上传，收到 {2} 条更新。</source>
        <translation>Receipt read. Confirmed: records {0}, photos and signatures {1}; updates received: {2}.</translation>
    </message>
    <message>
        <source>有 {0} 条需要处理，请到“同步”里查看。</source>
        <translation>Needing attention: {0}; see under Sync.</translation>
    </message>
    <message>
        <source>回执包已保存，请交给导出的人。</source>
        <translation>Receipt saved; hand it to whoever exported the package.</translation>
    </message>
    <message>
        <source>正在读取……</source>
        <translation>Reading…</translation>
    </message>
    <message>
        <source>正在代传到服务器……</source>
        <translation>Uploading to the server…</translation>
    </message>
    <message>
        <source>正在生成二维码……</source>
        <translation>Making QR codes…</translation>
    </message>
    <message>
        <source>正在保存……</source>
        <translation>Saving…</translation>
    </message>
    <message>
        <source>离线包 (*.fapk)</source>
        <translation>Packages (*.fapk)</translation>
    </message>
    <message>
        <source>离线包</source>
        <translation>Package</translation>
    </message>
    <message>
        <source>保存离线包</source>
        <translation>Save package</translation>
    </message>
    <message>
        <source>选择回执包或离线包</source>
        <translation>Choose a receipt or package</translation>
    </message>
    <message>
        <source>回执包</source>
        <translation>Receipt</translation>
    </message>
</context>
<context>
    <name>PageView</name>
    <message>
        <source>第 {0} 页，共 {1} 页</source>
        <translation>Page {0} of {1}</translation>
    </message>
</context>
<context>
    <name>PaperScreen</name>
    <message>
        <source>入户走访记录表</source>
        <translation>Home visit record</translation>
    </message>
    <message>
        <source>上一份</source>
        <translation>Previous form</translation>
    </message>
    <message>
        <source>下一份</source>
        <translation>Next form</translation>
    </message>
    <message>
        <source>不附照片</source>
        <translation>Without photos</translation>
    </message>
    <message>
        <source>附照片</source>
        <translation>With photos</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>号码脱敏</source>
        <translation>Numbers masked</translation>
    </message>
    <message>
        <source>完整号码</source>
        <translation>Numbers in full</translation>
    </message>
    <message>
        <source>身份证号和电话。完整号码只用于工作需要，打印会留下记录。</source>
        <translation>ID and phone numbers. Print them in full only where work needs it; printing is recorded.</translation>
    </message>
    <message>
        <source>号码</source>
        <translation>Numbers</translation>
    </message>
    <message>
        <source>为什么需要完整号码</source>
        <translation>Why the full numbers are needed</translation>
    </message>
    <message>
        <source>正在生成</source>
        <translation>Making the pages</translation>
    </message>
    <message>
        <source>打印</source>
        <translation>Print</translation>
    </message>
    <message>
        <source>存为 PDF</source>
        <translation>Save as PDF</translation>
    </message>
    <message>
        <source>急难线索上报单</source>
        <translation>Urgent case report form</translation>
    </message>
    <message>
        <source>临时救助审批表</source>
        <translation>Relief approval form</translation>
    </message>
    <message>
        <source>高风险家庭入户评估表</source>
        <translation>High-risk household assessment</translation>
    </message>
    <message>
        <source>双随机检查表</source>
        <translation>Spot check form</translation>
    </message>
    <message>
        <source>第 {0} 份，共 {1} 份</source>
        <translation>Form {0} of {1}</translation>
    </message>
    <message>
        <source>PDF 文件 (*.pdf)</source>
        <translation>PDF files (*.pdf)</translation>
    </message>
    <message>
        <source>{0}.pdf</source>
        <translation>{0}.pdf</translation>
    </message>
    <message>
        <source>存到哪个文件夹</source>
        <translation>Choose a folder</translation>
    </message>
    <message>
        <source>已填好 {0} 份表格</source>
        <translation>{0} documents filled</translation>
    </message>
    <message>
        <source>已存为 PDF</source>
        <translation>Saved as PDF</translation>
    </message>
    <message>
        <source>已送到打印机</source>
        <translation>Sent to the printer</translation>
    </message>
</context>
<context>
    <name>PhotoAnswer</name>
    <message>
        <source>拍照</source>
        <translation>Take photo</translation>
    </message>
    <message>
        <source>从文件添加</source>
        <translation>Add from file</translation>
    </message>
    <message>
        <source>粘贴</source>
        <translation>Paste</translation>
    </message>
    <message>
        <source>正在处理照片…</source>
        <translation>Preparing photo…</translation>
    </message>
    <message>
        <source>图片 ({0})</source>
        <translation>Pictures ({0})</translation>
    </message>
    <message>
        <source>选择照片</source>
        <translation>Choose photos</translation>
    </message>
    <message>
        <source>重拍</source>
        <translation>Take again</translation>
    </message>
</context>
<context>
    <name>PhotoBoard</name>
    <message>
        <source>拍照</source>
        <translation>Take photo</translation>
    </message>
    <message>
        <source>从文件添加</source>
        <translation>From file</translation>
    </message>
    <message>
        <source>粘贴</source>
        <translation>Paste</translation>
    </message>
    <message>
        <source>有一张与 {0}走访的照片几乎一样。仍可提交，请在最后一步说明一句。</source>
        <translation>One is nearly the same as a photo of the visit of {0}. You can submit; please add a word in the last step.</translation>
    </message>
</context>
<context>
    <name>PhotoDetail</name>
    <message>
        <source>这张照片拍的是</source>
        <translation>What the photo shows</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>照片内容</source>
        <translation>What the photo shows</translation>
    </message>
    <message>
        <source>删除这张照片</source>
        <translation>Delete this photo</translation>
    </message>
    <message>
        <source>照片 {0}</source>
        <translation>Photo {0}</translation>
    </message>
</context>
<context>
    <name>PhotoStrip</name>
    <message>
        <source>拍照</source>
        <translation>Take photo</translation>
    </message>
    <message>
        <source>从文件添加</source>
        <translation>From file</translation>
    </message>
</context>
<context>
    <name>PhotoTile</name>
    <message>
        <source>照片 {0}</source>
        <translation>Photo {0}</translation>
    </message>
    <message>
        <source>删除照片 {0}</source>
        <translation>Delete photo {0}</translation>
    </message>
    <message>
        <source>正在加水印</source>
        <translation>Stamping…</translation>
    </message>
    <message>
        <source>已加水印</source>
        <translation>Stamped</translation>
    </message>
    <message>
        <source>已上传</source>
        <translation>Uploaded</translation>
    </message>
    <message>
        <source>未处理成功</source>
        <translation>Failed</translation>
    </message>
</context>
<context>
    <name>PhraseButtons</name>
    <message>
        <source>常用语</source>
        <translation>Phrases</translation>
    </message>
</context>
<context>
    <name>PhrasePicks</name>
    <message>
        <source>生活</source>
        <translation>Daily life</translation>
    </message>
    <message>
        <source>健康</source>
        <translation>Health</translation>
    </message>
    <message>
        <source>家人照料</source>
        <translation>Family care</translation>
    </message>
    <message>
        <source>收支</source>
        <translation>Money</translation>
    </message>
    <message>
        <source>政策</source>
        <translation>Policies</translation>
    </message>
    <message>
        <source>下一步</source>
        <translation>Next steps</translation>
    </message>
</context>
<context>
    <name>Picker</name>
    <message>
        <source>请选择</source>
        <translation>Choose</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>PickerDialog</name>
    <message>
        <source>输入文字查找</source>
        <translation>Type to search</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
</context>
<context>
    <name>PictureAlbum</name>
    <message>
        <source>正在打开照片</source>
        <translation>Opening photo…</translation>
    </message>
    <message>
        <source>这张照片不在本机，联网后可以查看。</source>
        <translation>This photo is not on this device. You can see it once you are online.</translation>
    </message>
    <message>
        <source>这张照片打不开</source>
        <translation>This photo cannot be opened</translation>
    </message>
</context>
<context>
    <name>PictureIntake</name>
    <message>
        <source>图片 ({0})</source>
        <translation>Pictures ({0})</translation>
    </message>
    <message>
        <source>选择照片</source>
        <translation>Choose photos</translation>
    </message>
</context>
<context>
    <name>PictureTile</name>
    <message>
        <source>正在打开</source>
        <translation>Opening…</translation>
    </message>
    <message>
        <source>点按下载</source>
        <translation>Tap to download</translation>
    </message>
    <message>
        <source>打不开，点按重试</source>
        <translation>Not opened; tap to retry</translation>
    </message>
    <message>
        <source>照片 {0}</source>
        <translation>Photo {0}</translation>
    </message>
</context>
<context>
    <name>PictureViewer</name>
    <message>
        <source>查看照片</source>
        <translation>View photo</translation>
    </message>
    <message>
        <source>上一张</source>
        <translation>Previous photo</translation>
    </message>
    <message>
        <source>下一张</source>
        <translation>Next photo</translation>
    </message>
    <message>
        <source>缩小</source>
        <translation>Zoom out</translation>
    </message>
    <message>
        <source>放大</source>
        <translation>Zoom in</translation>
    </message>
    <message>
        <source>关闭</source>
        <translation>Close</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photo</translation>
    </message>
    <message>
        <source>照片 {0}</source>
        <translation>Photo {0}</translation>
    </message>
</context>
<context>
    <name>PlanEditor</name>
    <message>
        <source>添加帮扶措施</source>
        <translation>Add a measure</translation>
    </message>
    <message>
        <source>措施 {0}</source>
        <translation>Measure {0}</translation>
    </message>
</context>
<context>
    <name>PointsEditor</name>
    <message>
        <source>记下这个点</source>
        <translation>Note this point</translation>
    </message>
    <message>
        <source>全部去掉</source>
        <translation>Remove all</translation>
    </message>
    <message>
        <source>{0}. {1}</source>
        <translation>{0}. {1}</translation>
    </message>
    <message>
        <source>去掉第 {0} 点</source>
        <translation>Remove point {0}</translation>
    </message>
</context>
<context>
    <name>PoliciesScreen</name>
    <message>
        <source>全部政策</source>
        <translation>All policies</translation>
    </message>
    <message>
        <source>哪一类</source>
        <translation>Topic</translation>
    </message>
    <message>
        <source>政策卡片</source>
        <translation>Policy cards</translation>
    </message>
    <message>
        <source>没有这样的政策卡片，换个词试试。</source>
        <translation>No such card. Try another word.</translation>
    </message>
    <message>
        <source>搜政策：如 护理补贴、公示</source>
        <translation>Search: care allowance, notice</translation>
    </message>
    <message>
        <source>• {0}</source>
        <translation>• {0}</translation>
    </message>
    <message>
        <source>以{0}现行规定为准</source>
        <translation>By the rules in force of: {0}</translation>
    </message>
    <message>
        <source>{0}（{1}）</source>
        <translation>{0} ({1})</translation>
    </message>
    <message>
        <source>要带什么</source>
        <translation>What to bring</translation>
    </message>
    <message>
        <source>找谁办</source>
        <translation>Whom to ask</translation>
    </message>
    <message>
        <source>依据</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>能不能享受、享受多少，以部门审核为准。</source>
        <translation>Whether and how much is for the department to decide.</translation>
    </message>
    <message>
        <source>低保</source>
        <translation>Dibao</translation>
    </message>
    <message>
        <source>低保边缘</source>
        <translation>Marginal</translation>
    </message>
    <message>
        <source>刚性支出</source>
        <translation>Rigid expenses</translation>
    </message>
    <message>
        <source>特困供养</source>
        <translation>Destitute support</translation>
    </message>
    <message>
        <source>临时救助</source>
        <translation>Temporary relief</translation>
    </message>
    <message>
        <source>服务救助</source>
        <translation>Services</translation>
    </message>
    <message>
        <source>其他政策</source>
        <translation>Other aid</translation>
    </message>
    <message>
        <source>办理程序</source>
        <translation>Procedure</translation>
    </message>
    <message>
        <source>工作要求</source>
        <translation>Rules for staff</translation>
    </message>
    <message>
        <source>没有网络也能查</source>
        <translation>Works without a network</translation>
    </message>
</context>
<context>
    <name>PolicyLink</name>
    <message>
        <source>政策卡片</source>
        <translation>Policy cards</translation>
    </message>
</context>
<context>
    <name>PositionPanel</name>
    <message>
        <source>开始定位</source>
        <translation>Find position</translation>
    </message>
    <message>
        <source>用这个位置</source>
        <translation>Use this position</translation>
    </message>
    <message>
        <source>不等了</source>
        <translation>Stop waiting</translation>
    </message>
    <message>
        <source>手工填写</source>
        <translation>Enter by hand</translation>
    </message>
    <message>
        <source>如 30.66123, 117.48912（纬度在前）</source>
        <translation>e.g. 30.66123, 117.48912 (latitude first)</translation>
    </message>
    <message>
        <source>手工填写的位置</source>
        <translation>Position by hand</translation>
    </message>
    <message>
        <source>没有定位的，点一个原因：</source>
        <translation>If there is no position, tap a reason:</translation>
    </message>
    <message>
        <source>室内无信号</source>
        <translation>No signal indoors</translation>
    </message>
    <message>
        <source>山区无信号</source>
        <translation>No signal in the mountains</translation>
    </message>
    <message>
        <source>设备不支持</source>
        <translation>Not supported by the device</translation>
    </message>
    <message>
        <source>没有定位的原因</source>
        <translation>Why there is no position</translation>
    </message>
    <message>
        <source>重新定位</source>
        <translation>Find again</translation>
    </message>
    <message>
        <source>等待定位 {0} 秒</source>
        <translation>Waiting for a position: {0} s</translation>
    </message>
    <message>
        <source>{0}，{1}</source>
        <translation>{0}, {1}</translation>
    </message>
    <message>
        <source>还没有位置。</source>
        <translation>No position yet.</translation>
    </message>
    <message>
        <source>位置</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>{0}：{1}，{2}</source>
        <translation>{0}: {1}, {2}</translation>
    </message>
    <message>
        <source>这里定不到位。可以点一个原因，或者手工填写。</source>
        <translation>No position can be found here. Tap a reason or enter it by hand.</translation>
    </message>
    <message>
        <source>这里定不到位。可以手工填写。</source>
        <translation>No position can be found here. Enter it by hand.</translation>
    </message>
    <message>
        <source>看不懂这个位置，请写成 30.66123, 117.48912</source>
        <translation>Position not understood; write it as 30.66123, 117.48912</translation>
    </message>
    <message>
        <source>精度未知</source>
        <translation>accuracy unknown</translation>
    </message>
    <message>
        <source>精度约 {0} 米</source>
        <translation>to about {0} m</translation>
    </message>
</context>
<context>
    <name>PracticeBand</name>
    <message>
        <source>这里的家庭都是虚构的，填什么都不会上传。</source>
        <translation>All households here are made up; nothing you enter is sent.</translation>
    </message>
    <message>
        <source>重新开始</source>
        <translation>Start over</translation>
    </message>
    <message>
        <source>结束练习</source>
        <translation>End practice</translation>
    </message>
    <message>
        <source>练习</source>
        <translation>Practice</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>摄像头画面</source>
        <translation>Camera picture</translation>
    </message>
    <message>
        <source>正在打开摄像头…</source>
        <translation>Opening the camera…</translation>
    </message>
</context>
<context>
    <name>ProblemList</name>
    <message>
        <source>都填好了，可以提交。</source>
        <translation>All is filled in and ready to submit.</translation>
    </message>
    <message>
        <source>提交前请补全</source>
        <translation>Complete before submitting</translation>
    </message>
    <message>
        <source>请再看一眼，不影响提交</source>
        <translation>Please look again; you can submit all the same</translation>
    </message>
    <message>
        <source>检查结果</source>
        <translation>Result of the check</translation>
    </message>
    <message>
        <source>{0}：{1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>还有 {0} 处没有列出，补好上面的就会出现。</source>
        <translation>{0} more are not listed; they appear once those above are done.</translation>
    </message>
</context>
<context>
    <name>Program</name>
    <message>
        <source>数据文件损坏，已用自动备份恢复；联网后会补齐。</source>
        <translation>The data file was damaged and was restored from the automatic backup; the rest comes when you are online.</translation>
    </message>
    <message>
        <source>照片库损坏，已换新的；还没有上传的照片需要重拍。</source>
        <translation>The photo store was damaged and has been replaced; photos not yet uploaded must be taken again.</translation>
    </message>
    <message>
        <source>设置没能保存到磁盘，本次仍然有效。</source>
        <translation>The settings could not be saved to disk; they hold until you close the program.</translation>
    </message>
    <message>
        <source>程序遇到意外，已存的内容没有丢失。请在“设置”里导出诊断包交给管理员。</source>
        <translation>Something went wrong; nothing saved is lost. Export the diagnosis in Settings and give it to the administrator.</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>进度</source>
        <translation>Progress</translation>
    </message>
</context>
<context>
    <name>ProgressPage</name>
    <message>
        <source>总进度</source>
        <translation>Progress in all</translation>
    </message>
    <message>
        <source>结束排查</source>
        <translation>End the campaign</translation>
    </message>
    <message>
        <source>结束后不再派任务，不能恢复；已经走访的照样计数。</source>
        <translation>Once ended, it asks nobody any more and cannot be resumed. Visits already made still count.</translation>
    </message>
    <message>
        <source>确认结束</source>
        <translation>End it now</translation>
    </message>
    <message>
        <source>不结束</source>
        <translation>Keep it running</translation>
    </message>
    <message>
        <source>各地进度</source>
        <translation>Progress by area</translation>
    </message>
    <message>
        <source>走访对象：{0}</source>
        <translation>Asks for: {0}</translation>
    </message>
    <message>
        <source>走访方式：登记一次走访（专项排查），见到人才算完成</source>
        <translation>How: record a visit with the purpose campaign; it counts once somebody was met</translation>
    </message>
    <message>
        <source>走访方式：填写表单，表单还没有下载到本机，请先同步</source>
        <translation>How: fill in a form, which is not on this device yet. Please sync first</translation>
    </message>
    <message>
        <source>走访方式：填写《{0}》</source>
        <translation>How: fill in {0}</translation>
    </message>
    <message>
        <source>地方</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>已走访户</source>
        <translation>Visited</translation>
    </message>
    <message>
        <source>应走访户</source>
        <translation>To be visited</translation>
    </message>
    <message>
        <source>完成率</source>
        <translation>Completion</translation>
    </message>
    <message>
        <source>合计</source>
        <translation>Total</translation>
    </message>
</context>
<context>
    <name>ProgressRow</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
</context>
<context>
    <name>ProportionBars</name>
    <message>
        <source>暂无数据</source>
        <translation>No figures yet</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
    <message>
        <source>地方</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>已完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>应完成</source>
        <translation>Due</translation>
    </message>
    <message>
        <source>完成率 %</source>
        <translation>Done %</translation>
    </message>
    <message>
        <source>，低于目标 {0}%</source>
        <translation>, below the target of {0}%</translation>
    </message>
</context>
<context>
    <name>Question</name>
    <message>
        <source>填写说明</source>
        <translation>How to answer</translation>
    </message>
    <message>
        <source>{0} 填写说明</source>
        <translation>How to answer {0}</translation>
    </message>
    <message>
        <source>这一项必填</source>
        <translation>This needs an answer</translation>
    </message>
    <message>
        <source>这个答案不符合要求，请核对</source>
        <translation>This answer does not fit; please check</translation>
    </message>
</context>
<context>
    <name>QuestionsCard</name>
    <message>
        <source>照着问，照实填</source>
        <translation>Ask as written, note what is said</translation>
    </message>
    <message>
        <source>交回答案</source>
        <translation>Hand in the answers</translation>
    </message>
    <message>
        <source>问到了没有</source>
        <translation>Did the family answer</translation>
    </message>
    <message>
        <source>怎样问的</source>
        <translation>How it was asked</translation>
    </message>
    <message>
        <source>说明</source>
        <translation>Note</translation>
    </message>
    <message>
        <source>我与这户没有近亲属关系</source>
        <translation>I am no near relative of this family</translation>
    </message>
    <message>
        <source>近亲属：配偶、父母、子女、兄弟姐妹、祖孙、公婆岳父母等。有关系的请退回，由别人复查。</source>
        <translation>Near relatives: husband or wife, parents, children, brothers and sisters, grandparents and grandchildren, parents-in-law. If you are one, hand it back so that somebody else asks.</translation>
    </message>
    <message>
        <source>回避确认</source>
        <translation>Recusal</translation>
    </message>
</context>
<context>
    <name>RangeSlider</name>
    <message>
        <source>数值</source>
        <translation>Value</translation>
    </message>
    <message>
        <source>{0} 减少</source>
        <translation>Less: {0}</translation>
    </message>
    <message>
        <source>{0} 增加</source>
        <translation>More: {0}</translation>
    </message>
    <message>
        <source>未填</source>
        <translation>Not answered</translation>
    </message>
</context>
<context>
    <name>RankList</name>
    <message>
        <source>就按这个顺序</source>
        <translation>Keep this order</translation>
    </message>
</context>
<context>
    <name>RankRow</name>
    <message>
        <source>{0} 上移</source>
        <translation>Move {0} up</translation>
    </message>
    <message>
        <source>{0} 下移</source>
        <translation>Move {0} down</translation>
    </message>
</context>
<context>
    <name>ReadCodesPage</name>
    <message>
        <source>扫描二维码</source>
        <translation>Scan QR codes</translation>
    </message>
    <message>
        <source>或者粘贴文字</source>
        <translation>Or paste the text</translation>
    </message>
    <message>
        <source>可以一次粘贴多张，顺序不限。</source>
        <translation>Several at once, in any order.</translation>
    </message>
    <message>
        <source>读入粘贴的文字</source>
        <translation>Read the pasted text</translation>
    </message>
    <message>
        <source>清空重来</source>
        <translation>Clear and start again</translation>
    </message>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>把对方屏幕上的二维码放进框里，一张一张扫。</source>
        <translation>Hold the codes of the other screen into the frame, one by one.</translation>
    </message>
    <message>
        <source>还没有读到。</source>
        <translation>Nothing read yet.</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>已读 {0} 张，共 {1} 张。还差第 {2} 张。</source>
        <translation>Read {0} of {1}. Still missing: no. {2}.</translation>
    </message>
    <message>
        <source>已读齐 {0} 张。</source>
        <translation>All {0} are read.</translation>
    </message>
</context>
<context>
    <name>ReasonChoice</name>
    <message>
        <source>其他</source>
        <translation>Other</translation>
    </message>
    <message>
        <source>请写明原因</source>
        <translation>Write the reason</translation>
    </message>
    <message>
        <source>其他原因</source>
        <translation>Other reason</translation>
    </message>
</context>
<context>
    <name>ReasonPanel</name>
    <message>
        <source>为什么要查看？</source>
        <translation>Why do you need it?</translation>
    </message>
    <message>
        <source>联系走访</source>
        <translation>Arrange a visit</translation>
    </message>
    <message>
        <source>核对身份</source>
        <translation>Check identity</translation>
    </message>
    <message>
        <source>办理救助</source>
        <translation>Handle aid</translation>
    </message>
    <message>
        <source>核实线索</source>
        <translation>Check a clue</translation>
    </message>
    <message>
        <source>常用原因</source>
        <translation>Usual reasons</translation>
    </message>
    <message>
        <source>其他原因</source>
        <translation>Other reason</translation>
    </message>
    <message>
        <source>显示号码</source>
        <translation>Show number</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>查看 {0} 的完整电话会留下记录：谁、什么时候、为什么。</source>
        <translation>Showing the full phone number of {0} is recorded: who, when and why.</translation>
    </message>
    <message>
        <source>查看 {0} 的完整身份证号会留下记录：谁、什么时候、为什么。</source>
        <translation>Showing the full ID number of {0} is recorded: who, when and why.</translation>
    </message>
    <message>
        <source>；</source>
        <translation>; </translation>
    </message>
</context>
<context>
    <name>Recording</name>
    <message>
        <source>“{0}”不在本机。请按问题的文字填写。</source>
        <translation>&quot;{0}&quot; is not on this device. Please answer by the words of the question.</translation>
    </message>
    <message>
        <source>这台电脑播放不了“{0}”。请按问题的文字填写。</source>
        <translation>This computer cannot play &quot;{0}&quot;. Please answer by the words of the question.</translation>
    </message>
    <message>
        <source>播放视频</source>
        <translation>Play video</translation>
    </message>
    <message>
        <source>播放录音</source>
        <translation>Play recording</translation>
    </message>
    <message>
        <source>停止播放</source>
        <translation>Stop playing</translation>
    </message>
</context>
<context>
    <name>RecoveryPage</name>
    <message>
        <source>忘记口令</source>
        <translation>Forgot the passphrase</translation>
    </message>
    <message>
        <source>返回解锁</source>
        <translation>Back to unlock</translation>
    </message>
    <message>
        <source>不用联网，数据不会丢失。请打电话给区县管理员，报上下面 16 位核对码，再把二维码或申请文件给他。</source>
        <translation>No network is needed and nothing is lost. Call the county administrator, read out the 16 digits below, then hand over the QR code or the request file.</translation>
    </message>
    <message>
        <source>恢复申请的二维码</source>
        <translation>QR code of the request</translation>
    </message>
    <message>
        <source>保存申请文件</source>
        <translation>Save request file</translation>
    </message>
    <message>
        <source>复制申请文字</source>
        <translation>Copy request text</translation>
    </message>
    <message>
        <source>第一步：提出申请</source>
        <translation>Step 1: ask</translation>
    </message>
    <message>
        <source>得到答复前请不要关闭程序，关闭后要重新申请。</source>
        <translation>Keep the program open until the answer comes; closing it means asking again.</translation>
    </message>
    <message>
        <source>管理员的答复</source>
        <translation>The administrator&apos;s answer</translation>
    </message>
    <message>
        <source>可以扫码、粘贴，也可以选文件。</source>
        <translation>Scan it, paste it, or choose a file.</translation>
    </message>
    <message>
        <source>扫描答复</source>
        <translation>Scan the answer</translation>
    </message>
    <message>
        <source>选择答复文件</source>
        <translation>Choose answer file</translation>
    </message>
    <message>
        <source>第二步：读入答复</source>
        <translation>Step 2: read the answer</translation>
    </message>
    <message>
        <source>新口令</source>
        <translation>New passphrase</translation>
    </message>
    <message>
        <source>至少 8 个字符，请记牢。</source>
        <translation>At least 8 characters; remember it well.</translation>
    </message>
    <message>
        <source>再输一遍新口令</source>
        <translation>New passphrase again</translation>
    </message>
    <message>
        <source>设置新口令并打开</source>
        <translation>Set the passphrase and open</translation>
    </message>
    <message>
        <source>第三步：设置新口令</source>
        <translation>Step 3: a new passphrase</translation>
    </message>
    <message>
        <source>核对码 {0}</source>
        <translation>Check code {0}</translation>
    </message>
    <message>
        <source>申请文件已保存。</source>
        <translation>Request file saved.</translation>
    </message>
    <message>
        <source>正在打开……</source>
        <translation>Opening…</translation>
    </message>
    <message>
        <source>把管理员给的答复二维码放进框里。</source>
        <translation>Hold the administrator&apos;s QR code into the frame.</translation>
    </message>
    <message>
        <source>文本文件 (*.txt)</source>
        <translation>Text files (*.txt)</translation>
    </message>
    <message>
        <source>恢复申请</source>
        <translation>Recovery request</translation>
    </message>
    <message>
        <source>申请文字已复制。</source>
        <translation>Request text copied.</translation>
    </message>
</context>
<context>
    <name>RegisterScreen</name>
    <message>
        <source>清空重填</source>
        <translation>Start over</translation>
    </message>
    <message>
        <source>您现在没有可以登记新户的村（网格）。</source>
        <translation>You have no village (grid) where you may register households.</translation>
    </message>
    <message>
        <source>户主</source>
        <translation>Head of household</translation>
    </message>
    <message>
        <source>户主姓名</source>
        <translation>Name of head</translation>
    </message>
    <message>
        <source>身份证号</source>
        <translation>ID number</translation>
    </message>
    <message>
        <source>没有身份证号的，在下面写明原因</source>
        <translation>If there is none, say why below</translation>
    </message>
    <message>
        <source>没有身份证号的原因</source>
        <translation>Why there is no ID number</translation>
    </message>
    <message>
        <source>性别</source>
        <translation>Sex</translation>
    </message>
    <message>
        <source>出生日期</source>
        <translation>Date of birth</translation>
    </message>
    <message>
        <source>联系电话</source>
        <translation>Phone</translation>
    </message>
    <message>
        <source>电话机主</source>
        <translation>Owner of the phone</translation>
    </message>
    <message>
        <source>住址和房屋</source>
        <translation>Address and house</translation>
    </message>
    <message>
        <source>所属村（网格）</source>
        <translation>Village (grid)</translation>
    </message>
    <message>
        <source>村民组</source>
        <translation>Villagers&apos; group</translation>
    </message>
    <message>
        <source>家庭住址</source>
        <translation>Home address</translation>
    </message>
    <message>
        <source>住房性质</source>
        <translation>Kind of house</translation>
    </message>
    <message>
        <source>其他</source>
        <translation>Other details</translation>
    </message>
    <message>
        <source>重点人群</source>
        <translation>Key groups</translation>
    </message>
    <message>
        <source>已当面宣读告知书</source>
        <translation>Notice read out in person</translation>
    </message>
    <message>
        <source>告诉对方为什么登记、谁能看到、可以要求更正</source>
        <translation>Tell them why they are registered, who can see it, and that they can have it corrected</translation>
    </message>
    <message>
        <source>隐私告知</source>
        <translation>Privacy notice</translation>
    </message>
    <message>
        <source>备注</source>
        <translation>Remark</translation>
    </message>
    <message>
        <source>保存</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>保存并走访</source>
        <translation>Save and visit</translation>
    </message>
    <message>
        <source>登记新户</source>
        <translation>Register household</translation>
    </message>
    <message>
        <source>登记后为“待核实”，由镇里核实</source>
        <translation>To be confirmed by the town</translation>
    </message>
    <message>
        <source>这是上次没有登记完的内容，已存在本机。</source>
        <translation>This was not finished last time; it is kept on this device.</translation>
    </message>
    <message>
        <source>{0}，{1}出生，{2} 岁</source>
        <translation>{0}, born {1}, aged {2}</translation>
    </message>
    <message>
        <source>新户已存本机，联网后自动上传。</source>
        <translation>Household saved on this device; it is uploaded when you are online.</translation>
    </message>
    <message>
        <source>已清空</source>
        <translation>Cleared</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>ReliefDeskScreen</name>
    <message>
        <source>临时救助台账</source>
        <translation>Ledger of temporary relief</translation>
    </message>
    <message>
        <source>从哪天起</source>
        <translation>From</translation>
    </message>
    <message>
        <source>到哪天止</source>
        <translation>Until</translation>
    </message>
    <message>
        <source>脱敏</source>
        <translation>Masked</translation>
    </message>
    <message>
        <source>不脱敏</source>
        <translation>In full</translation>
    </message>
    <message>
        <source>不脱敏的台账只用于工作需要，导出会留下记录。</source>
        <translation>Full names only where the work needs them; the export is recorded.</translation>
    </message>
    <message>
        <source>姓名和号码</source>
        <translation>Names and numbers</translation>
    </message>
    <message>
        <source>为什么需要不脱敏</source>
        <translation>Why full names are needed</translation>
    </message>
    <message>
        <source>导出台账</source>
        <translation>Export the ledger</translation>
    </message>
    <message>
        <source>没有可看的备用金和台账。</source>
        <translation>There is no fund and no ledger for you here.</translation>
    </message>
    <message>
        <source>Excel 表格 (*.xlsx)</source>
        <translation>Excel workbook (*.xlsx)</translation>
    </message>
    <message>
        <source>临时救助台账.xlsx</source>
        <translation>relief-ledger.xlsx</translation>
    </message>
    <message>
        <source>{0}备用金账.xlsx</source>
        <translation>{0}-fund.xlsx</translation>
    </message>
    <message>
        <source>导出备用金账</source>
        <translation>Export the fund&apos;s ledger</translation>
    </message>
    <message>
        <source>已导出</source>
        <translation>Exported</translation>
    </message>
    <message>
        <source>备用金和台账</source>
        <translation>Fund and ledger</translation>
    </message>
</context>
<context>
    <name>ReliefFormScreen</name>
    <message>
        <source>临时救助</source>
        <translation>Temporary relief</translation>
    </message>
    <message>
        <source>随填随存，没有网络也能办</source>
        <translation>Saved as you go, works without a network</translation>
    </message>
    <message>
        <source>登记已发放</source>
        <translation>Record as paid</translation>
    </message>
    <message>
        <source>提交</source>
        <translation>Submit</translation>
    </message>
    <message>
        <source>接着上次没记完的填。</source>
        <translation>Going on with what was left unfinished.</translation>
    </message>
    <message>
        <source>已删除照片</source>
        <translation>Photo deleted</translation>
    </message>
    <message>
        <source>照片最多 {0} 张</source>
        <translation>Photos: {0} at most</translation>
    </message>
    <message>
        <source>已删除</source>
        <translation>Removed</translation>
    </message>
    <message>
        <source>草稿已删除</source>
        <translation>Draft deleted</translation>
    </message>
    <message>
        <source>已存本机，联网即发。</source>
        <translation>Kept on this device, sent as soon as there is a network.</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>ReliefScreen</name>
    <message>
        <source>照片和票据</source>
        <translation>Photos and receipts</translation>
    </message>
    <message>
        <source>临时救助</source>
        <translation>Temporary relief</translation>
    </message>
    <message>
        <source>已存本机，联网即发。</source>
        <translation>Kept on this device, sent as soon as there is a network.</translation>
    </message>
</context>
<context>
    <name>ReliefWords</name>
    <message>
        <source>材料超期 {0} 个工作日</source>
        <translation>Papers {0} workdays late</translation>
    </message>
    <message>
        <source>材料已超期</source>
        <translation>Papers overdue</translation>
    </message>
    <message>
        <source>材料今天到期</source>
        <translation>Papers due today</translation>
    </message>
    <message>
        <source>材料还剩 {0} 个工作日</source>
        <translation>Papers: {0} workdays</translation>
    </message>
    <message>
        <source>回访超期 {0} 天</source>
        <translation>Follow-up {0} days late</translation>
    </message>
    <message>
        <source>今天回访</source>
        <translation>Follow-up today</translation>
    </message>
    <message>
        <source>{0}回访</source>
        <translation>Follow-up {0}</translation>
    </message>
    <message>
        <source>{0} 元</source>
        <translation>{0} yuan</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
</context>
<context>
    <name>ReliefsScreen</name>
    <message>
        <source>记一笔救助</source>
        <translation>Record relief</translation>
    </message>
    <message>
        <source>备用金和台账</source>
        <translation>Fund and ledger</translation>
    </message>
    <message>
        <source>打印空白审批表</source>
        <translation>Print an empty approval form</translation>
    </message>
    <message>
        <source>临时救助</source>
        <translation>Temporary relief</translation>
    </message>
    <message>
        <source>{0} 笔，其中材料超期 {1} 笔</source>
        <translation>{0} reliefs, papers overdue for {1}</translation>
    </message>
    <message>
        <source>{0} 笔</source>
        <translation>{0} reliefs</translation>
    </message>
    <message>
        <source>名单</source>
        <translation>List</translation>
    </message>
    <message>
        <source>未办结</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>待审批</source>
        <translation>To be decided</translation>
    </message>
    <message>
        <source>待补材料</source>
        <translation>Papers missing</translation>
    </message>
    <message>
        <source>待回访</source>
        <translation>Follow-up due</translation>
    </message>
    <message>
        <source>已办结</source>
        <translation>Closed</translation>
    </message>
    <message>
        <source>没有未办结的救助。</source>
        <translation>No open relief.</translation>
    </message>
    <message>
        <source>没有待审批的救助。</source>
        <translation>No relief to be decided.</translation>
    </message>
    <message>
        <source>没有待补材料的救助。</source>
        <translation>No relief with papers missing.</translation>
    </message>
    <message>
        <source>没有待回访的救助。</source>
        <translation>No follow-up visit due.</translation>
    </message>
    <message>
        <source>还没有办结的救助。</source>
        <translation>No relief has been closed yet.</translation>
    </message>
</context>
<context>
    <name>RepeatHead</name>
    <message>
        <source>共 {0} 项</source>
        <translation>Entries: {0}</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>评估结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>回到问卷</source>
        <translation>Back to the form</translation>
    </message>
    <message>
        <source>分</source>
        <translation>points</translation>
    </message>
    <message>
        <source>问卷还没有算出结果，请回到问卷把题目答完。</source>
        <translation>No result yet; go back to the form and answer all questions.</translation>
    </message>
    <message>
        <source>查看问卷</source>
        <translation>View the form</translation>
    </message>
    <message>
        <source>风险{0}</source>
        <translation>Risk: {0}</translation>
    </message>
    <message>
        <source>有 {0} 项说不清，这是暂定结果，要尽快补全再评。</source>
        <translation>Could not be told: {0}. The result is provisional; find out and assess again soon.</translation>
    </message>
    <message>
        <source>一票高风险项</source>
        <translation>Red flags</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>原来的等级</source>
        <translation>Level before</translation>
    </message>
    <message>
        <source>下次评估</source>
        <translation>Next assessment</translation>
    </message>
    <message>
        <source>评估时间</source>
        <translation>Assessed</translation>
    </message>
    <message>
        <source>评估类型</source>
        <translation>Kind</translation>
    </message>
</context>
<context>
    <name>ReviewCard</name>
    <message>
        <source>审核意见</source>
        <translation>Reviews</translation>
    </message>
    <message>
        <source>还没有人审核过这次走访。</source>
        <translation>Nobody has reviewed this visit yet.</translation>
    </message>
    <message>
        <source>通过</source>
        <translation>Approve</translation>
    </message>
    <message>
        <source>退回修改</source>
        <translation>Return</translation>
    </message>
    <message>
        <source>作废</source>
        <translation>Make void</translation>
    </message>
    <message>
        <source>没有采用</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>{0} · {1}</source>
        <translation>{0} · {1}</translation>
    </message>
</context>
<context>
    <name>ReviewStepPanel</name>
    <message>
        <source>加一条针对某一项的意见</source>
        <translation>Add a comment on one item</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>记录太简单</source>
        <translation>Too little is written</translation>
    </message>
    <message>
        <source>照片看不清</source>
        <translation>Photos are unclear</translation>
    </message>
    <message>
        <source>缺少照片或说明</source>
        <translation>Photo or reason missing</translation>
    </message>
    <message>
        <source>签字要补</source>
        <translation>Signature missing</translation>
    </message>
    <message>
        <source>时间或方式不对</source>
        <translation>Wrong time or mode</translation>
    </message>
    <message>
        <source>重复登记</source>
        <translation>Entered twice</translation>
    </message>
    <message>
        <source>登记错了户</source>
        <translation>Wrong household</translation>
    </message>
    <message>
        <source>误操作</source>
        <translation>By mistake</translation>
    </message>
    <message>
        <source>为什么退回</source>
        <translation>Why is it returned</translation>
    </message>
    <message>
        <source>为什么作废</source>
        <translation>Why is it void</translation>
    </message>
    <message>
        <source>走访人会看到原因和每条意见，修改后重新上报，原记录保留。</source>
        <translation>The worker sees the reason and each comment, corrects the visit and sends it again; the first record is kept.</translation>
    </message>
    <message>
        <source>作废的走访不计入统计，不能恢复。走访人会看到原因。</source>
        <translation>A void visit is not counted and cannot be restored. The worker sees the reason.</translation>
    </message>
    <message>
        <source>确定退回</source>
        <translation>Return it</translation>
    </message>
    <message>
        <source>确定作废</source>
        <translation>Make it void</translation>
    </message>
</context>
<context>
    <name>ReviewsScreen</name>
    <message>
        <source>{0} 次走访等您审核</source>
        <translation>Waiting for your review: {0}</translation>
    </message>
    <message>
        <source>走访审核</source>
        <translation>Visit review</translation>
    </message>
    <message>
        <source>已通过 {0} 次走访，联网后生效。</source>
        <translation>Visits approved: {0}. Takes effect once online.</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>收回了 {0} 次；另外 {1} 次已经上传，要改请打开走访退回。</source>
        <translation>{0} taken back; {1} were sent already: open and return those visits instead.</translation>
    </message>
    <message>
        <source>收回了 {0} 次，仍等您审核。</source>
        <translation>{0} taken back; they wait for your review again.</translation>
    </message>
</context>
<context>
    <name>RevokedScreen</name>
    <message>
        <source>这台设备已被停用</source>
        <translation>This device is out of service</translation>
    </message>
    <message>
        <source>登记码</source>
        <translation>Enrolment code</translation>
    </message>
    <message>
        <source>请管理员为你生成一个新的登记码，证明设备在你本人手里。</source>
        <translation>Ask the administrator for a new enrolment code: it proves that the device is in your hands.</translation>
    </message>
    <message>
        <source>交回并上传</source>
        <translation>Hand in and upload</translation>
    </message>
    <message>
        <source>先去处理草稿</source>
        <translation>See the drafts first</translation>
    </message>
    <message>
        <source>清除本机数据</source>
        <translation>Erase this device&apos;s data</translation>
    </message>
    <message>
        <source>确认清除，不再找回</source>
        <translation>Erase for good</translation>
    </message>
    <message>
        <source>先不清除</source>
        <translation>Not yet</translation>
    </message>
    <message>
        <source>设备停用</source>
        <translation>Device out of service</translation>
    </message>
    <message>
        <source>管理员停用了这台设备，它不能再同步。已上传的内容都在服务器上，换一台设备登记后就能看到。</source>
        <translation>The administrator took this device out of service; it can no longer sync. All that was uploaded is on the server and comes to the next device you enrol.</translation>
    </message>
    <message>
        <source>没有未上传的内容，正在清除本机数据。已上传的内容都在服务器上。</source>
        <translation>Nothing is left to upload; erasing this device&apos;s data. All that was uploaded is on the server.</translation>
    </message>
    <message>
        <source>还有 {0} 份草稿没有提交，清除后找不回来。</source>
        <translation>Drafts not submitted: {0}. Once erased they are gone.</translation>
    </message>
    <message>
        <source>正在上传……</source>
        <translation>Uploading…</translation>
    </message>
    <message>
        <source>上面列出的内容只在这台设备上，清除后谁也找不回来。</source>
        <translation>What is listed above is on this device only; once erased, nobody can bring it back.</translation>
    </message>
    <message>
        <source>已交回 {0} 条记录、{1} 个照片和签字。</source>
        <translation>Handed in: records {0}, photos and signatures {1}.</translation>
    </message>
    <message>
        <source>只在这台设备上：{0} 条记录、{1} 个照片和签字。</source>
        <translation>On this device only: records {0}, photos and signatures {1}.</translation>
    </message>
    <message>
        <source>服务器没有收下的：{0} 条，原文已留给管理员处理。</source>
        <translation>Not taken by the server: {0}; kept there for the administrator.</translation>
    </message>
</context>
<context>
    <name>RiskCard</name>
    <message>
        <source>风险评估</source>
        <translation>Risk assessment</translation>
    </message>
    <message>
        <source>全部等级变化</source>
        <translation>All changes of level</translation>
    </message>
    <message>
        <source>风险{0}</source>
        <translation>Risk: {0}</translation>
    </message>
    <message>
        <source>继续评估</source>
        <translation>Continue assessment</translation>
    </message>
    <message>
        <source>开始评估</source>
        <translation>Start assessment</translation>
    </message>
    <message>
        <source>超期 {0} 天</source>
        <translation>{0} d overdue</translation>
    </message>
    <message>
        <source>今天到期</source>
        <translation>Due today</translation>
    </message>
    <message>
        <source>还有 {0} 天</source>
        <translation>{0} d left</translation>
    </message>
    <message>
        <source>{0}起；{1}前再评</source>
        <translation>Since {0}; again by {1}</translation>
    </message>
    <message>
        <source>{0}起</source>
        <translation>Since {0}</translation>
    </message>
    <message>
        <source>{0}前再评</source>
        <translation>Assess again by {0}</translation>
    </message>
    <message>
        <source>{0} 的评估等签字</source>
        <translation>The assessment of {0} waits for signatures</translation>
    </message>
    <message>
        <source>去签字</source>
        <translation>Sign</translation>
    </message>
    <message>
        <source>去签字：{0} 的评估</source>
        <translation>Sign the assessment of {0}</translation>
    </message>
</context>
<context>
    <name>RuleEditor</name>
    <message>
        <source>周期</source>
        <translation>Period</translation>
    </message>
    <message>
        <source>每个周期走访几次</source>
        <translation>Visits in each period</translation>
    </message>
    <message>
        <source>计入的走访方式</source>
        <translation>Ways of visiting that count</translation>
    </message>
    <message>
        <source>上次是入户的才计入</source>
        <translation>Count only after an on-site visit</translation>
    </message>
    <message>
        <source>下面的条件不选就不限；同一条件里选几项，符合一项就算；几个条件要同时符合。</source>
        <translation>A condition without a choice asks nothing. Of several choices in one condition any will do; several conditions must all hold.</translation>
    </message>
    <message>
        <source>风险等级</source>
        <translation>Risk level</translation>
    </message>
    <message>
        <source>救助类别</source>
        <translation>Category</translation>
    </message>
    <message>
        <source>供养方式</source>
        <translation>Support mode</translation>
    </message>
    <message>
        <source>自理能力</source>
        <translation>Self-care</translation>
    </message>
    <message>
        <source>复核类别</source>
        <translation>Review class</translation>
    </message>
    <message>
        <source>重点人群</source>
        <translation>Special groups</translation>
    </message>
    <message>
        <source>{0} 级</source>
        <translation>Grade {0}</translation>
    </message>
    <message>
        <source>残疾等级</source>
        <translation>Disability grade</translation>
    </message>
    <message>
        <source>有重大疾病成员</source>
        <translation>A member is seriously ill</translation>
    </message>
    <message>
        <source>急难救助在办</source>
        <translation>An urgent case is open</translation>
    </message>
    <message>
        <source>其他情形</source>
        <translation>Other circumstances</translation>
    </message>
</context>
<context>
    <name>RuleTableScreen</name>
    <message>
        <source>走访规则由县级救助工作人员修改。</source>
        <translation>The visit rules are changed by the county&apos;s relief officers.</translation>
    </message>
    <message>
        <source>多久走访一次</source>
        <translation>How often to visit</translation>
    </message>
    <message>
        <source>增加一条规则</source>
        <translation>Add a rule</translation>
    </message>
    <message>
        <source>会改变什么</source>
        <translation>What changes</translation>
    </message>
    <message>
        <source>新的规则表</source>
        <translation>New table of rules</translation>
    </message>
    <message>
        <source>从选定的那天起整张执行。县里的服务器收下后，各台设备同步时生效。</source>
        <translation>It holds as a whole from the chosen day on. Once the county&apos;s server has taken it, each device follows it after its next sync.</translation>
    </message>
    <message>
        <source>从哪天起执行</source>
        <translation>First day</translation>
    </message>
    <message>
        <source>修改依据</source>
        <translation>Grounds</translation>
    </message>
    <message>
        <source>如：文件名和文号，或会议决定</source>
        <translation>Such as the title and number of a document, or the decision of a meeting</translation>
    </message>
    <message>
        <source>从 Excel 导入</source>
        <translation>Import from Excel</translation>
    </message>
    <message>
        <source>预览影响</source>
        <translation>Preview</translation>
    </message>
    <message>
        <source>提交规则表</source>
        <translation>Hand in</translation>
    </message>
    <message>
        <source>修改走访规则</source>
        <translation>Change visit rules</translation>
    </message>
    <message>
        <source>修改</source>
        <translation>Change</translation>
    </message>
    <message>
        <source>修改：{0}</source>
        <translation>Change: {0}</translation>
    </message>
    <message>
        <source>去掉</source>
        <translation>Remove</translation>
    </message>
    <message>
        <source>去掉：{0}</source>
        <translation>Remove: {0}</translation>
    </message>
    <message>
        <source>已去掉：{0}</source>
        <translation>Removed: {0}</translation>
    </message>
    <message>
        <source>恢复</source>
        <translation>Restore</translation>
    </message>
    <message>
        <source>恢复：{0}</source>
        <translation>Restore: {0}</translation>
    </message>
    <message>
        <source>编号 {0}</source>
        <translation>Id {0}</translation>
    </message>
    <message>
        <source>改好了</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>第 {0} 行：{1}</source>
        <translation>Row {0}: {1}</translation>
    </message>
    <message>
        <source>还有 {0} 处</source>
        <translation>{0} more</translation>
    </message>
    <message>
        <source>表里有要改的地方，没有导入：</source>
        <translation>The table was not imported. Correct these first:</translation>
    </message>
    <message>
        <source>按 {0} 当天、其间没有新的走访来算：</source>
        <translation>As of {0}, if nobody is visited until then:</translation>
    </message>
    <message>
        <source>{0} 户要更早走访</source>
        <translation>{0} households must be visited earlier</translation>
    </message>
    <message>
        <source>{0} 户可以更晚走访</source>
        <translation>{0} households may be visited later</translation>
    </message>
    <message>
        <source>{0} 户从不需要变为需要走访</source>
        <translation>{0} households come to be owed visits</translation>
    </message>
    <message>
        <source>{0} 户不再需要走访</source>
        <translation>{0} households are owed no visits any more</translation>
    </message>
    <message>
        <source>{0} 户不变</source>
        <translation>{0} households stay as they are</translation>
    </message>
    <message>
        <source>全年应走访约 {0} 次，原来约 {1} 次</source>
        <translation>About {0} visits a year, {1} before</translation>
    </message>
    <message>
        <source>Excel 表格 (*.xlsx)</source>
        <translation>Excel workbook (*.xlsx)</translation>
    </message>
    <message>
        <source>已提交，联网后由服务器执行。</source>
        <translation>Handed in. The server puts it in force once there is a connection.</translation>
    </message>
</context>
<context>
    <name>RuleView</name>
    <message>
        <source>{0} {1} 次</source>
        <translation>{1} × {0}</translation>
    </message>
    <message>
        <source>新增</source>
        <translation>New</translation>
    </message>
    <message>
        <source>有改动</source>
        <translation>Changed</translation>
    </message>
    <message>
        <source>计入：{0}</source>
        <translation>Counts: {0}</translation>
    </message>
    <message>
        <source>上次是入户的，{0}也计入</source>
        <translation>{0} counts too if the visit before was on site</translation>
    </message>
    <message>
        <source>风险{0}</source>
        <translation>Risk {0}</translation>
    </message>
    <message>
        <source>{0} 级残疾</source>
        <translation>Disability grade {0}</translation>
    </message>
    <message>
        <source>重大疾病</source>
        <translation>Serious illness</translation>
    </message>
    <message>
        <source>急难在办</source>
        <translation>Urgent case open</translation>
    </message>
    <message>
        <source>其他在册家庭</source>
        <translation>Other registered households</translation>
    </message>
</context>
<context>
    <name>ScanAnswer</name>
    <message>
        <source>扫码枪可直接扫入</source>
        <translation>A scanner can type here</translation>
    </message>
    <message>
        <source>用摄像头扫</source>
        <translation>Scan with camera</translation>
    </message>
    <message>
        <source>把条码或二维码放进框里。</source>
        <translation>Hold the bar code or QR code into the frame.</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>清除搜索</source>
        <translation>Clear search</translation>
    </message>
</context>
<context>
    <name>SecretLine</name>
    <message>
        <source>显示</source>
        <translation>Show</translation>
    </message>
    <message>
        <source>{0}（{1}）</source>
        <translation>{0} ({1})</translation>
    </message>
    <message>
        <source>隐藏（{0} 秒）</source>
        <translation>Hide ({0} s)</translation>
    </message>
    <message>
        <source>隐藏 {0} 的{1}</source>
        <translation>Hide the {1} of {0}</translation>
    </message>
    <message>
        <source>显示 {0} 的{1}</source>
        <translation>Show the {1} of {0}</translation>
    </message>
</context>
<context>
    <name>SectionList</name>
    <message>
        <source>填写步骤</source>
        <translation>Form steps</translation>
    </message>
</context>
<context>
    <name>SectionPage</name>
    <message>
        <source>主管意见：{0}</source>
        <translation>Supervisor: {0}</translation>
    </message>
    <message>
        <source>是，要上报</source>
        <translation>Yes, report it</translation>
    </message>
    <message>
        <source>群众不愿拍照</source>
        <translation>They do not want photos</translation>
    </message>
    <message>
        <source>光线太暗</source>
        <translation>Too dark</translation>
    </message>
    <message>
        <source>设备不能拍照</source>
        <translation>No camera on the device</translation>
    </message>
    <message>
        <source>提交时</source>
        <translation>On submitting</translation>
    </message>
    <message>
        <source>走访日期</source>
        <translation>Date of visit</translation>
    </message>
    <message>
        <source>上次走访以后送来的服务，怎么样？</source>
        <translation>How were the services that came since the last visit?</translation>
    </message>
    <message>
        <source>不填就按提交的时间</source>
        <translation>If empty, the time of submitting counts</translation>
    </message>
    <message>
        <source>点两条以上，或者在下面写几句</source>
        <translation>Tap two or more, or write a few sentences below</translation>
    </message>
    <message>
        <source>提示不影响提交；说明会随走访给主管看</source>
        <translation>The remarks do not stop submission; the supervisor sees the explanation with the visit</translation>
    </message>
    <message>
        <source>人身安全有危险的，先打 120、110、119</source>
        <translation>If anyone is in danger, call 120, 110 or 119 first</translation>
    </message>
    <message>
        <source>只在这一次走访时定位，不记录路线</source>
        <translation>Only for this visit; no route is recorded</translation>
    </message>
    <message>
        <source>有变化就点一下，再写原来和现在</source>
        <translation>Tap what has changed, then write before and now</translation>
    </message>
    <message>
        <source>需要哪种服务就点哪种，可以点几种</source>
        <translation>Tap every kind of service that is needed</translation>
    </message>
    <message>
        <source>问一问家里人，不愿评价可以空着</source>
        <translation>Ask the family; leave empty if they prefer</translation>
    </message>
</context>
<context>
    <name>SectionRow</name>
    <message>
        <source>已完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>当前</source>
        <translation>current</translation>
    </message>
    <message>
        <source>未填</source>
        <translation>Empty</translation>
    </message>
    <message>
        <source>缺 {0} 项</source>
        <translation>{0} missing</translation>
    </message>
</context>
<context>
    <name>SentPage</name>
    <message>
        <source>现在就打值班电话</source>
        <translation>Call the duty phone now</translation>
    </message>
    <message>
        <source>可以发出去的短信（不含证件号）</source>
        <translation>A message to send (without ID numbers)</translation>
    </message>
    <message>
        <source>复制短信</source>
        <translation>Copy the message</translation>
    </message>
    <message>
        <source>复制（含姓名和电话）</source>
        <translation>Copy with name and phone</translation>
    </message>
    <message>
        <source>含姓名和电话的，只发给一位负责人，不要发到群里。</source>
        <translation>With name and phone: to one officer only, never to a group chat.</translation>
    </message>
    <message>
        <source>没有网络时</source>
        <translation>Without a network</translation>
    </message>
    <message>
        <source>联网即发，不用守着。等不及的，让同事扫二维码带走，或存到U盘送到镇里。</source>
        <translation>It is sent as soon as there is a network. If it cannot wait, let a colleague scan the codes, or carry it to the town on a USB stick.</translation>
    </message>
    <message>
        <source>出示二维码</source>
        <translation>Show QR codes</translation>
    </message>
    <message>
        <source>存到U盘</source>
        <translation>Save to a USB stick</translation>
    </message>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>再报一件</source>
        <translation>Report another</translation>
    </message>
    <message>
        <source>查看这条线索</source>
        <translation>View this clue</translation>
    </message>
    <message>
        <source>县里已经收到。</source>
        <translation>The county has it.</translation>
    </message>
    <message>
        <source>已存本机，排在最前，正在发送。</source>
        <translation>Kept on this device, first in the queue, on its way.</translation>
    </message>
    <message>
        <source>已存本机，排在最前，联网即发。现在没有网络，请先打电话。</source>
        <translation>Kept on this device, first in the queue, sent as soon as there is a network. There is none now: please call.</translation>
    </message>
</context>
<context>
    <name>SettingsScreen</name>
    <message>
        <source>设置</source>
        <translation>Settings</translation>
    </message>
    <message>
        <source>显示</source>
        <translation>Display</translation>
    </message>
    <message>
        <source>标准</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>大</source>
        <translation>Large</translation>
    </message>
    <message>
        <source>特大</source>
        <translation>Larger</translation>
    </message>
    <message>
        <source>超大</source>
        <translation>Huge</translation>
    </message>
    <message>
        <source>最大</source>
        <translation>Largest</translation>
    </message>
    <message>
        <source>跟随系统</source>
        <translation>As system</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
    <message>
        <source>语言</source>
        <translation>Language</translation>
    </message>
    <message>
        <source>文字大小</source>
        <translation>Text size</translation>
    </message>
    <message>
        <source>也可以按 Ctrl 加 + 或 −。</source>
        <translation>Or press Ctrl and + or −.</translation>
    </message>
    <message>
        <source>颜色</source>
        <translation>Colours</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>任何网络</source>
        <translation>Any network</translation>
    </message>
    <message>
        <source>仅在不计费网络传照片</source>
        <translation>Unmetered networks only</translation>
    </message>
    <message>
        <source>上传照片用的网络</source>
        <translation>Network for uploading photos</translation>
    </message>
    <message>
        <source>记录、签字、缩略图和急难线索的照片总会随时上传。</source>
        <translation>Records, signatures, thumbnails and photos of urgent clues are always uploaded at once.</translation>
    </message>
    <message>
        <source>这台设备的系统分不清网络是否计费，照片会在任何网络上传。</source>
        <translation>This device&apos;s system cannot tell metered networks apart, so photos are uploaded over any network.</translation>
    </message>
    <message>
        <source>锁定与口令</source>
        <translation>Lock and passphrase</translation>
    </message>
    <message>
        <source>不自动锁</source>
        <translation>Never</translation>
    </message>
    <message>
        <source>{0} 分钟</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>立即锁定</source>
        <translation>Lock now</translation>
    </message>
    <message>
        <source>多久不操作就锁定</source>
        <translation>Lock when idle for</translation>
    </message>
    <message>
        <source>现在的口令</source>
        <translation>Current passphrase</translation>
    </message>
    <message>
        <source>新口令</source>
        <translation>New passphrase</translation>
    </message>
    <message>
        <source>至少 8 个字符。</source>
        <translation>At least 8 characters.</translation>
    </message>
    <message>
        <source>再输一遍新口令</source>
        <translation>New passphrase again</translation>
    </message>
    <message>
        <source>更换口令</source>
        <translation>Change passphrase</translation>
    </message>
    <message>
        <source>PIN 快速解锁</source>
        <translation>Quick unlock by PIN</translation>
    </message>
    <message>
        <source>先输入口令</source>
        <translation>Passphrase first</translation>
    </message>
    <message>
        <source>设置 PIN</source>
        <translation>Set a PIN</translation>
    </message>
    <message>
        <source>6 至 12 位数字，12 小时内有效。</source>
        <translation>6 to 12 digits, valid for 12 hours.</translation>
    </message>
    <message>
        <source>开启 PIN 解锁</source>
        <translation>Turn PIN on</translation>
    </message>
    <message>
        <source>关闭 PIN 解锁</source>
        <translation>Turn PIN off</translation>
    </message>
    <message>
        <source>这台设备</source>
        <translation>This device</translation>
    </message>
    <message>
        <source>导出诊断包</source>
        <translation>Export diagnosis</translation>
    </message>
    <message>
        <source>诊断包里没有姓名、证件号和照片，可以放心交给管理员。</source>
        <translation>The diagnosis holds no names, ID numbers or photos; it is safe to give to the administrator.</translation>
    </message>
    <message>
        <source>这台电脑没有可用的系统钥匙串，用口令解锁即可，功能不受影响。</source>
        <translation>This computer has no usable system keyring. Unlock with the passphrase; everything else works.</translation>
    </message>
    <message>
        <source>系统钥匙串被锁着。打开它之后可以使用 PIN；现在用口令解锁即可。</source>
        <translation>The system keyring is locked. Open it to use a PIN; until then unlock with the passphrase.</translation>
    </message>
    <message>
        <source>系统钥匙串不能可靠保存密钥，为免丢失，这里只用口令解锁。</source>
        <translation>The system keyring does not keep keys reliably. To lose nothing, only the passphrase unlocks here.</translation>
    </message>
    <message>
        <source>系统钥匙串拒绝了本程序，这里只用口令解锁。</source>
        <translation>The system keyring refused this program. Only the passphrase unlocks here.</translation>
    </message>
    <message>
        <source>版本：{0}</source>
        <translation>Version: {0}</translation>
    </message>
    <message>
        <source>区县：{0}</source>
        <translation>County: {0}</translation>
    </message>
    <message>
        <source>服务器：{0}</source>
        <translation>Server: {0}</translation>
    </message>
    <message>
        <source>上次同步：{0}</source>
        <translation>Last sync: {0}</translation>
    </message>
    <message>
        <source>口令已更换，下次请用新口令。</source>
        <translation>Passphrase changed. Use the new one from now on.</translation>
    </message>
    <message>
        <source>PIN 解锁已开启。</source>
        <translation>Unlocking by PIN is on.</translation>
    </message>
    <message>
        <source>PIN 解锁已关闭。</source>
        <translation>Unlocking by PIN is off.</translation>
    </message>
    <message>
        <source>诊断包已保存。</source>
        <translation>Diagnosis saved.</translation>
    </message>
    <message>
        <source>保存诊断包</source>
        <translation>Save diagnosis</translation>
    </message>
    <message>
        <source>压缩文件 (*.zip)</source>
        <translation>Zip files (*.zip)</translation>
    </message>
</context>
<context>
    <name>ShortcutsScreen</name>
    <message>
        <source>到处都能用</source>
        <translation>Everywhere</translation>
    </message>
    <message>
        <source>在名单里</source>
        <translation>In lists</translation>
    </message>
    <message>
        <source>填表时</source>
        <translation>While filling in a form</translation>
    </message>
    <message>
        <source>直接打字</source>
        <translation>Type letters</translation>
    </message>
    <message>
        <source>所有操作用鼠标、手指或 Tab 键和回车键也能完成，快捷键只是更快。</source>
        <translation>Everything can also be done by mouse, by finger or with Tab and Enter; these keys are only quicker.</translation>
    </message>
    <message>
        <source>快捷键</source>
        <translation>Keyboard shortcuts</translation>
    </message>
    <message>
        <source>打开本页</source>
        <translation>Open this page</translation>
    </message>
    <message>
        <source>搜索；本页没有搜索框时到“对象”里搜</source>
        <translation>Search; from a page without a search box, among the households</translation>
    </message>
    <message>
        <source>新建走访：正在看或名单里选中的这一户；没有选中就先去选户</source>
        <translation>New visit: to the household on show or selected in the list; otherwise choose a household first</translation>
    </message>
    <message>
        <source>急难上报，报完回到原来的地方</source>
        <translation>Report an emergency, then return to where you were</translation>
    </message>
    <message>
        <source>立即同步</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>返回上一页；搜索框里有字时先清空</source>
        <translation>Back to the page before; empties a filled search box first</translation>
    </message>
    <message>
        <source>名单里的下一户（条）</source>
        <translation>Next record of the list</translation>
    </message>
    <message>
        <source>名单里的上一户（条）</source>
        <translation>Previous record of the list</translation>
    </message>
    <message>
        <source>主导航的第 1 至第 5 项</source>
        <translation>Main entries 1 to 5</translation>
    </message>
    <message>
        <source>文字放大</source>
        <translation>Larger text</translation>
    </message>
    <message>
        <source>文字缩小</source>
        <translation>Smaller text</translation>
    </message>
    <message>
        <source>立即锁定</source>
        <translation>Lock now</translation>
    </message>
    <message>
        <source>上下移动</source>
        <translation>Move up and down</translation>
    </message>
    <message>
        <source>打开选中的一条</source>
        <translation>Open the selected record</translation>
    </message>
    <message>
        <source>按这一条上的按钮，例如“开始走访”</source>
        <translation>Press the button of the selected record, such as Start visit</translation>
    </message>
    <message>
        <source>有搜索框的页面：打字就开始搜索，可以只打拼音首字母</source>
        <translation>On pages with a search box: just type to search, pinyin initials will do</translation>
    </message>
    <message>
        <source>下一步，最后一步是提交</source>
        <translation>Next step; after the last one, submit</translation>
    </message>
    <message>
        <source>上一步</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>立即保存（不按也会自动保存）</source>
        <translation>Save now (it also saves by itself)</translation>
    </message>
    <message>
        <source>撤销上一处改动</source>
        <translation>Undo the last change</translation>
    </message>
    <message>
        <source>恢复撤销的改动</source>
        <translation>Redo</translation>
    </message>
</context>
<context>
    <name>ShowCodesPage</name>
    <message>
        <source>下一张</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>上一张</source>
        <translation>Previous</translation>
    </message>
    <message>
        <source>完成</source>
        <translation>Done</translation>
    </message>
    <message>
        <source>回执二维码</source>
        <translation>Receipt as QR codes</translation>
    </message>
    <message>
        <source>用二维码传递</source>
        <translation>Pass on by QR codes</translation>
    </message>
    <message>
        <source>请导出的人用他的设备扫描，扫完这件事就办结了。</source>
        <translation>Let whoever exported it scan these; then it is done.</translation>
    </message>
    <message>
        <source>请用乡镇或同事的设备，在“没有网络时”里选“扫描二维码”，逐张对准。顺序不限，漏了可以补扫。</source>
        <translation>On the device of the town or a colleague choose &quot;Scan QR codes&quot; under &quot;Without a network&quot; and hold it to each code. In any order; missed ones can be scanned later.</translation>
    </message>
    <message>
        <source>第 {0} 张，共 {1} 张</source>
        <translation>No. {0} of {1}</translation>
    </message>
    <message>
        <source>二维码，{0}</source>
        <translation>QR code, {0}</translation>
    </message>
</context>
<context>
    <name>SignaturePad</name>
    <message>
        <source>撤销一笔</source>
        <translation>Undo stroke</translation>
    </message>
    <message>
        <source>重签</source>
        <translation>Sign again</translation>
    </message>
    <message>
        <source>重画</source>
        <translation>Draw again</translation>
    </message>
    <message>
        <source>签名</source>
        <translation>Signature</translation>
    </message>
    <message>
        <source>画图</source>
        <translation>Drawing</translation>
    </message>
</context>
<context>
    <name>SignatureSheet</name>
    <message>
        <source>请在此处签名</source>
        <translation>Please sign here</translation>
    </message>
    <message>
        <source>请在此处画图</source>
        <translation>Draw here</translation>
    </message>
</context>
<context>
    <name>SignatureView</name>
    <message>
        <source>正在打开签名</source>
        <translation>Opening signature…</translation>
    </message>
    <message>
        <source>签名图</source>
        <translation>Signature</translation>
    </message>
    <message>
        <source>签名图打不开</source>
        <translation>The signature cannot be opened</translation>
    </message>
</context>
<context>
    <name>SigningPanel</name>
    <message>
        <source>请本人看过答案、得分和措施后签字。签字后不能再改，只能另做一次评估。</source>
        <translation>Sign after reading answers, score and measures. What is signed cannot be changed; only another assessment can follow.</translation>
    </message>
    <message>
        <source>本人签字</source>
        <translation>Signature</translation>
    </message>
    <message>
        <source>不同意见</source>
        <translation>Differing view</translation>
    </message>
    <message>
        <source>意见与小组不一致时写在这里，签字仍然有效。</source>
        <translation>Write here where you differ from the team; the signature still counts.</translation>
    </message>
    <message>
        <source>确认签字</source>
        <translation>Sign</translation>
    </message>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>{0} 签字</source>
        <translation>{0} signs</translation>
    </message>
    <message>
        <source>{0} 的签名板</source>
        <translation>Signature pad of {0}</translation>
    </message>
    <message>
        <source>请先在签名板上签字</source>
        <translation>Sign on the pad first</translation>
    </message>
</context>
<context>
    <name>SpotCheckFindingScreen</name>
    <message>
        <source>这条结果已不在本机，请先同步。</source>
        <translation>This result is not on this device any more. Sync first.</translation>
    </message>
    <message>
        <source>填报整改</source>
        <translation>Say what was put right</translation>
    </message>
    <message>
        <source>已整改，上报</source>
        <translation>Put right, report it</translation>
    </message>
    <message>
        <source>已存本机，待上传</source>
        <translation>Saved here, waiting for upload</translation>
    </message>
    <message>
        <source>整改逾期</source>
        <translation>Overdue</translation>
    </message>
    <message>
        <source>整改进度</source>
        <translation>Progress</translation>
    </message>
    <message>
        <source>双随机检查结果</source>
        <translation>Spot check result</translation>
    </message>
</context>
<context>
    <name>SpotCheckScreen</name>
    <message>
        <source>随填随存，没有网络也能查</source>
        <translation>Saved as you fill in, works without a network</translation>
    </message>
    <message>
        <source>双随机检查表</source>
        <translation>Spot check form</translation>
    </message>
    <message>
        <source>提交</source>
        <translation>Submit</translation>
    </message>
    <message>
        <source>已删除照片</source>
        <translation>Photo deleted</translation>
    </message>
    <message>
        <source>照片最多 {0} 张</source>
        <translation>At most {0} photos</translation>
    </message>
    <message>
        <source>草稿已删除</source>
        <translation>Draft deleted</translation>
    </message>
    <message>
        <source>已存本机，联网即发。</source>
        <translation>Saved here; sent as soon as there is a network.</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>SpotChecksScreen</name>
    <message>
        <source>双随机检查</source>
        <translation>Spot checks</translation>
    </message>
    <message>
        <source>还没有分给您的检查对象。区里抽取后，同步一次就会出现在这里。</source>
        <translation>Nothing is assigned to you yet. After the county has drawn, sync once and it appears here.</translation>
    </message>
    <message>
        <source>还没有检查结果。区里双随机检查发现的问题，同步后会出现在这里。</source>
        <translation>No results yet. What the county&apos;s spot checks find appears here after a sync.</translation>
    </message>
    <message>
        <source>{0}前查完</source>
        <translation>Check by {0}</translation>
    </message>
    <message>
        <source>已存本机，待上传</source>
        <translation>Saved here, waiting for upload</translation>
    </message>
    <message>
        <source>填了一半</source>
        <translation>Half filled in</translation>
    </message>
    <message>
        <source>{0}前整改</source>
        <translation>Put right by {0}</translation>
    </message>
    <message>
        <source>需要处理</source>
        <translation>Needs attention</translation>
    </message>
    <message>
        <source>未发现问题</source>
        <translation>No problem found</translation>
    </message>
    <message>
        <source>已整改</source>
        <translation>Put right</translation>
    </message>
    <message>
        <source>整改逾期</source>
        <translation>Overdue</translation>
    </message>
    <message>
        <source>待整改</source>
        <translation>To be put right</translation>
    </message>
</context>
<context>
    <name>StaleScreen</name>
    <message>
        <source>资料太久没有更新</source>
        <translation>The data are too old</translation>
    </message>
    <message>
        <source>同步一次就能继续看。没有上传的走访和草稿都还在本机，不会丢。急难情况现在就可以上报。</source>
        <translation>Sync once to read on. Visits not yet sent and drafts are still on this device and are not lost. An urgent case can be reported right now.</translation>
    </message>
    <message>
        <source>立即同步</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>急难上报</source>
        <translation>Report urgent case</translation>
    </message>
    <message>
        <source>本机已 {0} 天没有同步，资料可能不对，暂时不能查看。</source>
        <translation>This device has not synced for {0} days. The data may be wrong and cannot be read for now.</translation>
    </message>
    <message>
        <source>请先同步</source>
        <translation>Sync first</translation>
    </message>
</context>
<context>
    <name>Statistics</name>
    <message>
        <source>{0} 年 {1} 月</source>
        <translation>{2} {0}</translation>
    </message>
    <message>
        <source>{0}月</source>
        <translation>{1}</translation>
    </message>
    <message>
        <source>镇（街道）</source>
        <translation>Town</translation>
    </message>
    <message>
        <source>村（社区）</source>
        <translation>Village</translation>
    </message>
    <message>
        <source>网格</source>
        <translation>Grid</translation>
    </message>
    <message>
        <source>走访人</source>
        <translation>Worker</translation>
    </message>
    <message>
        <source>救助类别</source>
        <translation>Category</translation>
    </message>
    <message>
        <source>风险等级</source>
        <translation>Risk level</translation>
    </message>
    <message>
        <source>走访次数</source>
        <translation>Visits</translation>
    </message>
    <message>
        <source>人次</source>
        <translation>Persons seen</translation>
    </message>
    <message>
        <source>近 12 个月走访次数</source>
        <translation>Visits in the last 12 months</translation>
    </message>
    <message>
        <source>每日走访次数</source>
        <translation>Visits by day</translation>
    </message>
    <message>
        <source>覆盖率</source>
        <translation>Coverage</translation>
    </message>
    <message>
        <source>完成率</source>
        <translation>Completion</translation>
    </message>
    <message>
        <source>超期未访</source>
        <translation>Overdue</translation>
    </message>
    <message>
        <source>入户占比</source>
        <translation>At home</translation>
    </message>
    <message>
        <source>及时上传</source>
        <translation>On time</translation>
    </message>
    <message>
        <source>未遇率</source>
        <translation>Nobody met</translation>
    </message>
    <message>
        <source>免访</source>
        <translation>Exempt</translation>
    </message>
    <message>
        <source>未到应访期</source>
        <translation>Not yet due</translation>
    </message>
    <message>
        <source>有效走访</source>
        <translation>Valid visits</translation>
    </message>
    <message>
        <source>已覆盖</source>
        <translation>Covered</translation>
    </message>
    <message>
        <source>未覆盖</source>
        <translation>Not covered</translation>
    </message>
    <message>
        <source>已完成</source>
        <translation>Completed</translation>
    </message>
    <message>
        <source>未完成</source>
        <translation>Not completed</translation>
    </message>
    <message>
        <source>入户</source>
        <translation>At home</translation>
    </message>
    <message>
        <source>其他方式</source>
        <translation>Other ways</translation>
    </message>
    <message>
        <source>及时</source>
        <translation>On time</translation>
    </message>
    <message>
        <source>不及时</source>
        <translation>Late</translation>
    </message>
    <message>
        <source>未遇</source>
        <translation>Nobody met</translation>
    </message>
    <message>
        <source>其他登记</source>
        <translation>Other visits</translation>
    </message>
    <message>
        <source>全部（不重复计）</source>
        <translation>All (each counted once)</translation>
    </message>
    <message>
        <source>合计</source>
        <translation>Total</translation>
    </message>
    <message>
        <source>不在册或没有类别</source>
        <translation>Not listed or none</translation>
    </message>
    <message>
        <source>本机不认识的人员</source>
        <translation>Unknown on this device</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>本机没有的家庭</source>
        <translation>Household not on this device</translation>
    </message>
</context>
<context>
    <name>StatisticsScreen</name>
    <message>
        <source>统计</source>
        <translation>Statistics</translation>
    </message>
    <message>
        <source>本机还没有同步过</source>
        <translation>Not synced yet</translation>
    </message>
    <message>
        <source>数据截至 {0}</source>
        <translation>Data up to: {0}</translation>
    </message>
    <message>
        <source>{0}走访统计</source>
        <translation>Visit statistics: {0}</translation>
    </message>
    <message>
        <source>导出 Excel</source>
        <translation>Export to Excel</translation>
    </message>
    <message>
        <source>Excel 表格 (*.xlsx)</source>
        <translation>Excel workbook (*.xlsx)</translation>
    </message>
    <message>
        <source>风险评估</source>
        <translation>Risk assessment</translation>
    </message>
    <message>
        <source>专项排查</source>
        <translation>Campaign</translation>
    </message>
    <message>
        <source>满意度和意见</source>
        <translation>Satisfaction and suggestions</translation>
    </message>
    <message>
        <source>已导出。</source>
        <translation>Exported.</translation>
    </message>
</context>
<context>
    <name>StepColumn</name>
    <message>
        <source>填写进度</source>
        <translation>Steps</translation>
    </message>
</context>
<context>
    <name>StepEditor</name>
    <message>
        <source>措施 {0}</source>
        <translation>Measure {0}</translation>
    </message>
    <message>
        <source>删除措施 {0}</source>
        <translation>Delete measure {0}</translation>
    </message>
    <message>
        <source>做什么</source>
        <translation>What</translation>
    </message>
    <message>
        <source>由谁负责</source>
        <translation>Who</translation>
    </message>
    <message>
        <source>什么时候前完成</source>
        <translation>By when</translation>
    </message>
</context>
<context>
    <name>StepHeader</name>
    <message>
        <source>全部步骤</source>
        <translation>All steps</translation>
    </message>
    <message>
        <source>{0} / {1}  {2}</source>
        <translation>{0} / {1}  {2}</translation>
    </message>
</context>
<context>
    <name>StepPanel</name>
    <message>
        <source>取消</source>
        <translation>Cancel</translation>
    </message>
    <message>
        <source>确定{0}</source>
        <translation>Confirm: {0}</translation>
    </message>
    <message>
        <source>调低要写明理由。</source>
        <translation>Lowering it needs a reason.</translation>
    </message>
    <message>
        <source>紧急程度</source>
        <translation>Urgency</translation>
    </message>
    <message>
        <source>派给谁</source>
        <translation>Assign to</translation>
    </message>
    <message>
        <source>正在找可以派去的人…</source>
        <translation>Looking for those who can go…</translation>
    </message>
    <message>
        <source>{0}，值班</source>
        <translation>{0}, on duty</translation>
    </message>
    <message>
        <source>附近和前后三天里没有像是同一件事的线索。</source>
        <translation>No clue near by and within three days looks like the same case.</translation>
    </message>
    <message>
        <source>合并到哪一件</source>
        <translation>Merge into which</translation>
    </message>
    <message>
        <source>同一户</source>
        <translation>same household</translation>
    </message>
    <message>
        <source>电话相同</source>
        <translation>same phone</translation>
    </message>
    <message>
        <source>姓名相同</source>
        <translation>same name</translation>
    </message>
    <message>
        <source>位置很近</source>
        <translation>close by</translation>
    </message>
    <message>
        <source>地点相同</source>
        <translation>same place</translation>
    </message>
    <message>
        <source>公安</source>
        <translation>Police</translation>
    </message>
    <message>
        <source>卫健、医院</source>
        <translation>Health, hospital</translation>
    </message>
    <message>
        <source>消防</source>
        <translation>Fire brigade</translation>
    </message>
    <message>
        <source>教育</source>
        <translation>Education</translation>
    </message>
    <message>
        <source>住建</source>
        <translation>Housing</translation>
    </message>
    <message>
        <source>救助管理站</source>
        <translation>Shelter for the homeless</translation>
    </message>
    <message>
        <source>外县（区）民政</source>
        <translation>Civil affairs of another county</translation>
    </message>
    <message>
        <source>转给哪个部门</source>
        <translation>Transfer to which department</translation>
    </message>
    <message>
        <source>哪一次走访</source>
        <translation>Which visit</translation>
    </message>
    <message>
        <source>上报以后还没有走访过这户。请先登记走访，再回来办这一步。</source>
        <translation>The household has not been visited since the report. Record a visit first, then come back to this step.</translation>
    </message>
    <message>
        <source>打开家庭档案</source>
        <translation>Open the household</translation>
    </message>
    <message>
        <source>什么时候到的现场</source>
        <translation>When somebody was there</translation>
    </message>
    <message>
        <source>理由和意见</source>
        <translation>Reason and opinion</translation>
    </message>
    <message>
        <source>意见（可不填）</source>
        <translation>Opinion (optional)</translation>
    </message>
    <message>
        <source>转介给服务机构</source>
        <translation>Refer to an organisation</translation>
    </message>
    <message>
        <source>确定转介</source>
        <translation>Refer</translation>
    </message>
    <message>
        <source>很好</source>
        <translation>Very good</translation>
    </message>
    <message>
        <source>较好</source>
        <translation>Good</translation>
    </message>
    <message>
        <source>一般</source>
        <translation>Fair</translation>
    </message>
    <message>
        <source>较差</source>
        <translation>Poor</translation>
    </message>
    <message>
        <source>很差</source>
        <translation>Very poor</translation>
    </message>
    <message>
        <source>家里人觉得怎么样</source>
        <translation>What does the family say</translation>
    </message>
    <message>
        <source>结果或理由</source>
        <translation>Result or reason</translation>
    </message>
    <message>
        <source>说明（可不填）</source>
        <translation>Remark (optional)</translation>
    </message>
    <message>
        <source>正在找能提供这项服务的机构…</source>
        <translation>Looking for organisations that offer this…</translation>
    </message>
    <message>
        <source>这里现在没有机构、项目或志愿者能提供这项服务。可以自行解决，或记为无法解决。</source>
        <translation>No organisation, project or volunteers offer this here today. Settle it yourselves, or note that nobody can.</translation>
    </message>
    <message>
        <source>转给谁</source>
        <translation>To whom</translation>
    </message>
    <message>
        <source>机构只看到称呼、年龄、村组和这句话。不要写姓名、电话、证件号和病情。</source>
        <translation>The organisation sees a masked name, age, village group and this message. Write no names, phones, ID numbers or illnesses.</translation>
    </message>
    <message>
        <source>带给机构的话（可不填）</source>
        <translation>Message to the organisation (optional)</translation>
    </message>
    <message>
        <source>项目“{0}”，还有 {1} 个名额</source>
        <translation>Project {0}, places left: {1}</translation>
    </message>
    <message>
        <source>志愿服务</source>
        <translation>Volunteers</translation>
    </message>
    <message>
        <source>政府购买服务合同</source>
        <translation>Contract for purchased services</translation>
    </message>
    <message>
        <source>金额（元）</source>
        <translation>Amount (yuan)</translation>
    </message>
    <message>
        <source>结果</source>
        <translation>Result</translation>
    </message>
    <message>
        <source>领取人签字</source>
        <translation>Signature of the recipient</translation>
    </message>
    <message>
        <source>见证人（领取人不识字时填）</source>
        <translation>Witness (if the recipient cannot write)</translation>
    </message>
    <message>
        <source>理由</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>还没有救助跟踪走访，请先入户走访，走访事由选救助跟踪。</source>
        <translation>There is no follow-up visit yet. Visit the family first and choose relief follow-up as the purpose.</translation>
    </message>
    <message>
        <source>是哪一次走访</source>
        <translation>Which visit was it</translation>
    </message>
</context>
<context>
    <name>Stepper</name>
    <message>
        <source>未填</source>
        <translation>Empty</translation>
    </message>
    <message>
        <source>数量</source>
        <translation>Number</translation>
    </message>
    <message>
        <source>{0} 减少</source>
        <translation>{0}: less</translation>
    </message>
    <message>
        <source>{0} 增加</source>
        <translation>{0}: more</translation>
    </message>
    <message>
        <source>请只填数字</source>
        <translation>Digits only, please</translation>
    </message>
    <message>
        <source>请填 {0}–{1} 之间的数</source>
        <translation>Please enter a number from {0} to {1}</translation>
    </message>
</context>
<context>
    <name>SummaryCard</name>
    <message>
        <source>修改</source>
        <translation>Change</translation>
    </message>
    <message>
        <source>第 {0} 部分</source>
        <translation>Part {0}</translation>
    </message>
    <message>
        <source>修改 {0}</source>
        <translation>Change {0}</translation>
    </message>
    <message>
        <source>{0}（第 {1} 项）</source>
        <translation>{0} (no. {1})</translation>
    </message>
    <message>
        <source>未填</source>
        <translation>Not answered</translation>
    </message>
</context>
<context>
    <name>SyncChip</name>
    <message>
        <source>已同步 {0}</source>
        <translation>Synced {0}</translation>
    </message>
    <message>
        <source>{0} 条待上传</source>
        <translation>{0} to upload</translation>
    </message>
    <message>
        <source>待传 {0}</source>
        <translation>{0} to send</translation>
    </message>
    <message>
        <source>离线 · {0} 条待上传</source>
        <translation>Offline · {0} to upload</translation>
    </message>
    <message>
        <source>离线</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>同步中 {0}</source>
        <translation>Syncing {0}</translation>
    </message>
    <message>
        <source>同步中</source>
        <translation>Syncing</translation>
    </message>
    <message>
        <source>需要处理 {0}</source>
        <translation>Needs attention: {0}</translation>
    </message>
    <message>
        <source>处理 {0}</source>
        <translation>Check {0}</translation>
    </message>
</context>
<context>
    <name>SyncScreen</name>
    <message>
        <source>立即同步</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>没有网络时</source>
        <translation>Without a network</translation>
    </message>
    <message>
        <source>交回未上传的内容</source>
        <translation>Hand in what is not uploaded</translation>
    </message>
    <message>
        <source>没有要上传的内容，都已经在服务器上了。</source>
        <translation>There is nothing to upload; everything is on the server.</translation>
    </message>
    <message>
        <source>本机照片</source>
        <translation>Photos on this device</translation>
    </message>
    <message>
        <source>清理已上传的照片</source>
        <translation>Clear uploaded photos</translation>
    </message>
    <message>
        <source>清理前会再向服务器核对一遍；缩略图留在本机，要看原图时再下载。</source>
        <translation>The server is asked once more before anything is cleared. Thumbnails stay here; full photos are downloaded again when somebody looks at them.</translation>
    </message>
    <message>
        <source>同步</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>有 {0} 项填写不一致，由镇（街道）核对确定</source>
        <translation>Different values: {0}; the town decides</translation>
    </message>
    <message>
        <source>{0} 张照片等待不计费网络</source>
        <translation>{0} photos are waiting for an unmetered network</translation>
    </message>
    <message>
        <source>现在也传</source>
        <translation>Send now anyway</translation>
    </message>
    <message>
        <source>本机照片 {0}，都还不能清理。</source>
        <translation>Photos on this device: {0}. None of them can be cleared yet.</translation>
    </message>
    <message>
        <source>本机照片 {0}，其中 {1} 已在服务器，可清理。</source>
        <translation>Photos on this device: {0}, of which {1} are on the server and can be cleared.</translation>
    </message>
    <message>
        <source>清理了 {0} 个文件，腾出 {1}。</source>
        <translation>Cleared {0} files, {1} freed.</translation>
    </message>
    <message>
        <source>{0} GB</source>
        <translation>{0} GB</translation>
    </message>
    <message>
        <source>{0} MB</source>
        <translation>{0} MB</translation>
    </message>
    <message>
        <source>正在同步</source>
        <translation>Syncing</translation>
    </message>
    <message>
        <source>服务器不再认识这台设备，请联系管理员重新登记</source>
        <translation>The server no longer knows this device. Ask the administrator to enrol it again</translation>
    </message>
    <message>
        <source>请升级程序后再上传；现在仍可继续登记</source>
        <translation>Update the program before uploading; you can go on recording</translation>
    </message>
    <message>
        <source>离线 · 已存本机 ✓ 联网后自动上传</source>
        <translation>Offline · Saved on this device ✓ Uploaded when online</translation>
    </message>
    <message>
        <source>已存本机 ✓ 待上传 {0}</source>
        <translation>Saved on this device ✓ {0} to upload</translation>
    </message>
    <message>
        <source>已全部上传 ✓</source>
        <translation>Everything is uploaded ✓</translation>
    </message>
    <message>
        <source>待上传：{0} 条记录、{1} 个照片和签字</source>
        <translation>To upload: records {0}, photos and signatures {1}</translation>
    </message>
    <message>
        <source>需要处理：{0} 条</source>
        <translation>Needs attention: {0}</translation>
    </message>
    <message>
        <source>上次同步：{0}</source>
        <translation>Last sync: {0}</translation>
    </message>
    <message>
        <source>正在上传记录</source>
        <translation>Uploading records</translation>
    </message>
    <message>
        <source>正在下载更新</source>
        <translation>Downloading changes</translation>
    </message>
    <message>
        <source>正在整理名单</source>
        <translation>Updating the lists</translation>
    </message>
    <message>
        <source>正在上传照片</source>
        <translation>Uploading photos</translation>
    </message>
    <message>
        <source>正在连接服务器</source>
        <translation>Connecting to the server</translation>
    </message>
    <message>
        <source>等待上传（{0}）</source>
        <translation>Waiting to upload ({0})</translation>
    </message>
    <message>
        <source>另有 {0} 条，联网后一并上传。</source>
        <translation>{0} more are uploaded with these when you are online.</translation>
    </message>
    <message>
        <source>{0} 存入</source>
        <translation>Saved: {0}</translation>
    </message>
    <message>
        <source>{0} 个附件，{1} KB</source>
        <translation>Attachments: {0}, {1} KB</translation>
    </message>
    <message>
        <source>{0}：{1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>冲突处理决定</source>
        <translation>Decision on a conflict</translation>
    </message>
    <message>
        <source>免访申请</source>
        <translation>Request for an exemption</translation>
    </message>
    <message>
        <source>免访审批</source>
        <translation>Decision on an exemption</translation>
    </message>
    <message>
        <source>走访审核</source>
        <translation>Visit review</translation>
    </message>
    <message>
        <source>走访复查</source>
        <translation>Back-checks</translation>
    </message>
    <message>
        <source>标记清除</source>
        <translation>Mark cleared</translation>
    </message>
    <message>
        <source>专项排查</source>
        <translation>Campaign</translation>
    </message>
    <message>
        <source>走访规则</source>
        <translation>Visit rules</translation>
    </message>
    <message>
        <source>表单答案</source>
        <translation>Form answers</translation>
    </message>
    <message>
        <source>风险评估</source>
        <translation>Risk assessment</translation>
    </message>
    <message>
        <source>评估签字</source>
        <translation>Assessment signature</translation>
    </message>
    <message>
        <source>等级调整</source>
        <translation>Change of level</translation>
    </message>
    <message>
        <source>急难线索</source>
        <translation>Urgent clue</translation>
    </message>
    <message>
        <source>线索处置</source>
        <translation>Step on a clue</translation>
    </message>
    <message>
        <source>临时救助</source>
        <translation>Temporary relief</translation>
    </message>
    <message>
        <source>救助办理</source>
        <translation>Step of relief</translation>
    </message>
    <message>
        <source>服务需求</source>
        <translation>Service need</translation>
    </message>
    <message>
        <source>转介</source>
        <translation>Referral</translation>
    </message>
    <message>
        <source>转介办理</source>
        <translation>Step of a referral</translation>
    </message>
    <message>
        <source>双随机检查结果</source>
        <translation>Spot check result</translation>
    </message>
    <message>
        <source>双随机整改</source>
        <translation>Spot check: put right</translation>
    </message>
    <message>
        <source>查看</source>
        <translation>View</translation>
    </message>
    <message>
        <source>用二维码传递</source>
        <translation>Pass on by QR codes</translation>
    </message>
    <message>
        <source>用二维码传递 {0}</source>
        <translation>Pass on {0} by QR codes</translation>
    </message>
    <message>
        <source>重新上传</source>
        <translation>Upload again</translation>
    </message>
    <message>
        <source>需要处理</source>
        <translation>Needs attention</translation>
    </message>
    <message>
        <source>正在上传</source>
        <translation>Uploading</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>照片待上传</source>
        <translation>Photos to upload</translation>
    </message>
    <message>
        <source>走访记录</source>
        <translation>Visit</translation>
    </message>
    <message>
        <source>家庭信息</source>
        <translation>Household</translation>
    </message>
    <message>
        <source>成员信息</source>
        <translation>Member</translation>
    </message>
    <message>
        <source>查看与导出记录</source>
        <translation>Record of viewing and exporting</translation>
    </message>
</context>
<context>
    <name>TeamEditor</name>
    <message>
        <source>添加有账号的同事</source>
        <translation>Add a colleague with an account</translation>
    </message>
    <message>
        <source>添加没有账号的成员</source>
        <translation>Add a member without an account</translation>
    </message>
    <message>
        <source>姓名</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>成员姓名</source>
        <translation>Name of the member</translation>
    </message>
    <message>
        <source>成员身份</source>
        <translation>What the member is</translation>
    </message>
    <message>
        <source>加入小组</source>
        <translation>Add to the team</translation>
    </message>
</context>
<context>
    <name>TimeField</name>
    <message>
        <source>如 9:05</source>
        <translation>e.g. 9:05</translation>
    </message>
    <message>
        <source>现在</source>
        <translation>Now</translation>
    </message>
    <message>
        <source>{0} 现在</source>
        <translation>{0}: now</translation>
    </message>
    <message>
        <source>看不懂这个时间，请写成 9:05 或 14:30</source>
        <translation>Time not understood; write it as 9:05 or 14:30</translation>
    </message>
</context>
<context>
    <name>TimelineCard</name>
    <message>
        <source>办理过程</source>
        <translation>What was done</translation>
    </message>
    <message>
        <source>上报</source>
        <translation>Report</translation>
    </message>
    <message>
        <source>没有收下</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>没有生效</source>
        <translation>Did not hold</translation>
    </message>
    <message>
        <source>合并进来的上报：{0}</source>
        <translation>Merged report: {0}</translation>
    </message>
    <message>
        <source>危及生命，立即报{0}</source>
        <translation>Life in danger, told at once: {0}</translation>
    </message>
    <message>
        <source>{0}时限用去 {1}%，提醒{2}</source>
        <translation>{0}: {1}% of the limit used, told: {2}</translation>
    </message>
    <message>
        <source>登记 {0}</source>
        <translation>Recorded {0}</translation>
    </message>
</context>
<context>
    <name>ToastHost</name>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>TodayScreen</name>
    <message>
        <source>姓名、拼音首字母、组、地址、身份证后6位</source>
        <translation>Name, group, address, ID</translation>
    </message>
    <message>
        <source>已超期</source>
        <translation>Overdue</translation>
    </message>
    <message>
        <source>即将到期</source>
        <translation>Due soon</translation>
    </message>
    <message>
        <source>本期已走访</source>
        <translation>Visited</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>没写完的走访</source>
        <translation>Unfinished visits</translation>
    </message>
    <message>
        <source>查看全部草稿</source>
        <translation>See all drafts</translation>
    </message>
    <message>
        <source>改按村组顺序</source>
        <translation>Sort by village</translation>
    </message>
    <message>
        <source>显示全部</source>
        <translation>Show all</translation>
    </message>
    <message>
        <source>该去谁家</source>
        <translation>Who to visit</translation>
    </message>
    <message>
        <source>选一户走访</source>
        <translation>Choose a household</translation>
    </message>
    <message>
        <source>夜深了，{0}</source>
        <translation>It is late, {0}</translation>
    </message>
    <message>
        <source>早上好，{0}</source>
        <translation>Good morning, {0}</translation>
    </message>
    <message>
        <source>上午好，{0}</source>
        <translation>Good morning, {0}</translation>
    </message>
    <message>
        <source>中午好，{0}</source>
        <translation>Good day, {0}</translation>
    </message>
    <message>
        <source>下午好，{0}</source>
        <translation>Good afternoon, {0}</translation>
    </message>
    <message>
        <source>晚上好，{0}</source>
        <translation>Good evening, {0}</translation>
    </message>
    <message>
        <source>今日任务</source>
        <translation>Today&apos;s tasks</translation>
    </message>
    <message>
        <source>正在下载您负责的台账，完成后这里会列出该走访的家庭。</source>
        <translation>Downloading the households in your care. Those to visit are listed here when it is done.</translation>
    </message>
    <message>
        <source>本机还没有台账。联网同步一次后，这里会列出该走访的家庭，以后没有网络也能用。</source>
        <translation>There are no households on this device yet. Sync once online and those to visit are listed here; after that it works without a network.</translation>
    </message>
    <message>
        <source>立即同步</source>
        <translation>Sync now</translation>
    </message>
    <message>
        <source>已 {0} 天没有同步。满 {1} 天后，本机资料暂停查看，请尽快联网。</source>
        <translation>No sync for {0} days. After {1} days the records on this device cannot be read. Please connect soon.</translation>
    </message>
    <message>
        <source>有 {0} 户请您复查</source>
        <translation>{0} households for you to ask again</translation>
    </message>
    <message>
        <source>去复查</source>
        <translation>Ask</translation>
    </message>
    <message>
        <source>有 {0} 次走访请您说明</source>
        <translation>{0} visits for you to explain</translation>
    </message>
    <message>
        <source>去说明</source>
        <translation>Explain</translation>
    </message>
    <message>
        <source>有 {0} 次复查等您处理</source>
        <translation>{0} back-checks wait for you</translation>
    </message>
    <message>
        <source>去处理</source>
        <translation>Open</translation>
    </message>
    <message>
        <source>没有写明原因</source>
        <translation>no reason given</translation>
    </message>
    <message>
        <source>{0} {1}的走访被退回：{2}</source>
        <translation>{0} · {1} · Visit returned: {2}</translation>
    </message>
    <message>
        <source>{0}：{1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>去修改</source>
        <translation>Correct it</translation>
    </message>
    <message>
        <source>有 {0} 项填写不一致，等您核对确定</source>
        <translation>Different values waiting for your decision: {0}</translation>
    </message>
    <message>
        <source>第一次用这一页？</source>
        <translation>New to this page?</translation>
    </message>
    <message>
        <source>带我看看</source>
        <translation>Show me around</translation>
    </message>
    <message>
        <source>不用了</source>
        <translation>No, thanks</translation>
    </message>
    <message>
        <source>半分钟看完各处是做什么的。以后在“更多”里还能再看，也可以在那里用虚构的家庭练习。</source>
        <translation>Half a minute shows what is what. It stays under More, where you can also practise with made-up households.</translation>
    </message>
    <message>
        <source>今天的数</source>
        <translation>The figures of the day</translation>
    </message>
    <message>
        <source>几户超期、几户快到期、本期走访了几户、几条待上传。点一下就只看这一类。</source>
        <translation>Households overdue, due soon and visited this period, and records to send. Press one to see only those.</translation>
    </message>
    <message>
        <source>最急的排在最上面。点“开始走访”就能填，没有网络也行；点卡片看家庭档案。</source>
        <translation>The most urgent come first. Press Start visit to fill it in, also without a network; press the card for the file.</translation>
    </message>
    <message>
        <source>去核对</source>
        <translation>Decide</translation>
    </message>
    <message>
        <source>有 {0} 次走访等您审核</source>
        <translation>Visits waiting for your review: {0}</translation>
    </message>
    <message>
        <source>去审核</source>
        <translation>Review</translation>
    </message>
    <message>
        <source>有 {0} 件免访申请等您审批</source>
        <translation>Exemptions waiting for your decision: {0}</translation>
    </message>
    <message>
        <source>去审批</source>
        <translation>Decide</translation>
    </message>
    <message>
        <source>{0} {1}的风险评估（{2}风险）等您签字</source>
        <translation>{0} {1}: a risk assessment (risk {2}) waits for your signature</translation>
    </message>
    <message>
        <source>去签字</source>
        <translation>Sign</translation>
    </message>
    <message numerus="yes">
        <source>户</source>
        <translation>
            <numerusform>household</numerusform>
            <numerusform>households</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>条</source>
        <translation>
            <numerusform>item</numerusform>
            <numerusform>items</numerusform>
        </translation>
    </message>
    <message>
        <source>查看全部 {0} 份草稿</source>
        <translation>See all drafts ({0})</translation>
    </message>
    <message>
        <source>更正</source>
        <translation>Correction</translation>
    </message>
    <message>
        <source>草稿</source>
        <translation>Draft</translation>
    </message>
    <message>
        <source>缺 {0} 项</source>
        <translation>{0} missing</translation>
    </message>
    <message>
        <source>{0} 保存</source>
        <translation>Saved: {0}</translation>
    </message>
    <message>
        <source>继续填写</source>
        <translation>Continue</translation>
    </message>
    <message>
        <source>该去谁家：已超期</source>
        <translation>Who to visit: overdue</translation>
    </message>
    <message>
        <source>该去谁家：即将到期</source>
        <translation>Who to visit: due soon</translation>
    </message>
    <message>
        <source>改按紧急程度</source>
        <translation>Sort by urgency</translation>
    </message>
    <message>
        <source>{0} 户</source>
        <translation>{0} households</translation>
    </message>
    <message>
        <source>其余的家庭都不急：先把没写完的走访写完。</source>
        <translation>No other household is urgent: finish the open visits first.</translation>
    </message>
    <message>
        <source>没有这样的家庭。</source>
        <translation>There are no such households.</translation>
    </message>
    <message>
        <source>没有到期或超期的家庭，今天的任务都完成了。</source>
        <translation>No household is due or overdue. Today&apos;s work is done.</translation>
    </message>
    <message>
        <source>还有 {0} 户没有列出，可在“对象”里查找。</source>
        <translation>{0} more are not shown here; find them under Households.</translation>
    </message>
</context>
<context>
    <name>TodaySide</name>
    <message>
        <source>本期进度</source>
        <translation>This period</translation>
    </message>
    <message>
        <source>风险复评</source>
        <translation>Reassessments</translation>
    </message>
    <message>
        <source>同步</source>
        <translation>Sync</translation>
    </message>
    <message>
        <source>查看待上传</source>
        <translation>See what is waiting</translation>
    </message>
    <message>
        <source>临时走访</source>
        <translation>Another visit</translation>
    </message>
    <message>
        <source>不在名单里的家庭，也可以直接登记、走访。</source>
        <translation>Households that are not on the list can be registered and visited too.</translation>
    </message>
    <message>
        <source>新登记一户</source>
        <translation>Register household</translation>
    </message>
    <message>
        <source>选一户走访</source>
        <translation>Choose a household</translation>
    </message>
    <message>
        <source>今天已走访 {0} 户，还差 {1} 户</source>
        <translation>Visited today: {0}; still to go: {1}</translation>
    </message>
    <message>
        <source>今天已走访 {0} 户，没有到期未访的家庭</source>
        <translation>Visited today: {0}; nothing due is left</translation>
    </message>
    <message>
        <source>定期核查待办 {0} 户</source>
        <translation>Periodic reviews due: {0}</translation>
    </message>
    <message>
        <source>多次未遇 {0} 户</source>
        <translation>Not found at home: {0}</translation>
    </message>
    <message>
        <source>免访 {0} 户</source>
        <translation>Exempt: {0}</translation>
    </message>
    <message>
        <source>还有 {0} 户</source>
        <translation>{0} more</translation>
    </message>
    <message>
        <source>超期 {0} 天</source>
        <translation>{0} d overdue</translation>
    </message>
    <message>
        <source>今天到期</source>
        <translation>Due today</translation>
    </message>
    <message>
        <source>还有 {0} 天</source>
        <translation>{0} d left</translation>
    </message>
    <message>
        <source>打开 {0} 的档案</source>
        <translation>Open the file of {0}</translation>
    </message>
    <message>
        <source>风险{0}</source>
        <translation>Risk: {0}</translation>
    </message>
    <message>
        <source>需要处理 {0}</source>
        <translation>Needs attention: {0}</translation>
    </message>
    <message>
        <source>同步中</source>
        <translation>Syncing</translation>
    </message>
    <message>
        <source>离线</source>
        <translation>Offline</translation>
    </message>
    <message>
        <source>待上传</source>
        <translation>To upload</translation>
    </message>
    <message>
        <source>已同步</source>
        <translation>Synced</translation>
    </message>
    <message>
        <source>已存本机 ✓ 待上传 {0} 条记录、{1} 张照片，联网后自动上传。</source>
        <translation>Saved on this device ✓ To upload when online: records {0}, photos {1}.</translation>
    </message>
    <message>
        <source>已存本机 ✓ 没有待上传的记录。</source>
        <translation>Saved on this device ✓ Nothing to upload.</translation>
    </message>
    <message>
        <source>还没有同步过</source>
        <translation>Not synced yet</translation>
    </message>
    <message>
        <source>上次同步：{0}</source>
        <translation>Last sync: {0}</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>返回</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>下一个</source>
        <translation>Next</translation>
    </message>
    <message>
        <source>急难上报</source>
        <translation>Urgent</translation>
    </message>
    <message>
        <source>搜索</source>
        <translation>Search</translation>
    </message>
</context>
<context>
    <name>Tour</name>
    <message>
        <source>上一步</source>
        <translation>Back</translation>
    </message>
    <message>
        <source>跳过</source>
        <translation>Skip</translation>
    </message>
    <message>
        <source>第 {0} 步，共 {1} 步</source>
        <translation>Step {0} of {1}</translation>
    </message>
    <message>
        <source>知道了</source>
        <translation>Got it</translation>
    </message>
    <message>
        <source>下一步</source>
        <translation>Next</translation>
    </message>
</context>
<context>
    <name>TrendCard</name>
    <message>
        <source>次</source>
        <translation>visits</translation>
    </message>
    <message>
        <source>月份</source>
        <translation>Month</translation>
    </message>
</context>
<context>
    <name>TwinCard</name>
    <message>
        <source>看表格</source>
        <translation>Show table</translation>
    </message>
    <message>
        <source>看表格：{0}</source>
        <translation>Show table: {0}</translation>
    </message>
    <message>
        <source>看图</source>
        <translation>Show chart</translation>
    </message>
    <message>
        <source>看图：{0}</source>
        <translation>Show chart: {0}</translation>
    </message>
</context>
<context>
    <name>UnlockScreen</name>
    <message>
        <source>入户通</source>
        <translation>Fieldapp</translation>
    </message>
    <message>
        <source>困难群众走访帮扶 · 没有网络也能用</source>
        <translation>Home visits, with or without a network</translation>
    </message>
    <message>
        <source>解锁</source>
        <translation>Unlock</translation>
    </message>
    <message>
        <source>口令</source>
        <translation>Passphrase</translation>
    </message>
    <message>
        <source>改用口令</source>
        <translation>Use passphrase</translation>
    </message>
    <message>
        <source>添加使用人</source>
        <translation>Add user</translation>
    </message>
    <message>
        <source>忘记口令</source>
        <translation>Forgot the passphrase</translation>
    </message>
    <message>
        <source>先练习一下（虚构的数据）</source>
        <translation>Practise first (made-up data)</translation>
    </message>
    <message>
        <source>字小一点</source>
        <translation>Smaller text</translation>
    </message>
    <message>
        <source>字大一点</source>
        <translation>Larger text</translation>
    </message>
    <message>
        <source>快速解锁 PIN</source>
        <translation>PIN</translation>
    </message>
    <message>
        <source>这里是示例数据，口令是 {0}</source>
        <translation>Demo data; the passphrase is {0}</translation>
    </message>
    <message>
        <source>正在解锁……</source>
        <translation>Unlocking…</translation>
    </message>
    <message>
        <source>这台设备已被停用，本机数据已清除。已上传的内容都在服务器上，换设备登记后可见。</source>
        <translation>This device is out of service and its data are erased. All that was uploaded is on the server and comes to the next device you enrol.</translation>
    </message>
    <message>
        <source>使用人</source>
        <translation>User</translation>
    </message>
    <message>
        <source>（示例数据）</source>
        <translation> (demo data)</translation>
    </message>
    <message>
        <source>（练习）</source>
        <translation> (practice)</translation>
    </message>
    <message>
        <source>未命名</source>
        <translation>Unnamed</translation>
    </message>
    <message>
        <source>已读到登记码。请核对服务器地址，再设置口令。</source>
        <translation>Code read. Check the server address, then set a passphrase.</translation>
    </message>
</context>
<context>
    <name>UrgentCard</name>
    <message>
        <source>需要马上处置</source>
        <translation>Needs action now</translation>
    </message>
    <message>
        <source>人身安全有危险的，先打 120、110 或 119，再打值班电话。</source>
        <translation>If anybody is in danger call 120, 110 or 119 first, then the duty phone.</translation>
    </message>
    <message>
        <source>本机没有村、镇、县的值班电话，请打平时的联系电话。</source>
        <translation>This device has no duty phones of village, town and county; use the numbers you know.</translation>
    </message>
    <message>
        <source>可以发出去的简报（不含姓名和证件号）</source>
        <translation>A short report to send (no names, no ID numbers)</translation>
    </message>
    <message>
        <source>复制简报</source>
        <translation>Copy report</translation>
    </message>
    <message>
        <source>上报急难线索</source>
        <translation>Report this case</translation>
    </message>
    <message>
        <source>、</source>
        <translation>, </translation>
    </message>
    <message>
        <source>一票高风险项：{0}</source>
        <translation>Red flags: {0}</translation>
    </message>
    <message>
        <source>村（社区）值班</source>
        <translation>Village on duty</translation>
    </message>
    <message>
        <source>镇（街道）值班</source>
        <translation>Town on duty</translation>
    </message>
    <message>
        <source>县（区）值班</source>
        <translation>County on duty</translation>
    </message>
    <message>
        <source>{0}  {1}</source>
        <translation>{0}  {1}</translation>
    </message>
    <message>
        <source>【急难情况】{0} {1}一户家庭，{2}入户评估发现：{3}。请马上派人到场处置，并回电联系上报人。</source>
        <translation>[Urgent] {0}: a household in {1}, assessed at home {2}: {3}. Send somebody at once and call back the reporter.</translation>
    </message>
</context>
<context>
    <name>VisitFormScreen</name>
    <message>
        <source>检查错误</source>
        <translation>Check for mistakes</translation>
    </message>
    <message>
        <source>存草稿离开</source>
        <translation>Keep draft</translation>
    </message>
    <message>
        <source>与上次一样，无变化</source>
        <translation>As last time, no change</translation>
    </message>
    <message>
        <source>{0}：{1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message>
        <source>这次走访被退回：{0}</source>
        <translation>This visit was returned: {0}</translation>
    </message>
    <message>
        <source>更正已提交的走访：原记录保留，提交后以这一份为准。</source>
        <translation>Correcting a submitted visit: the original is kept; once submitted, this version counts.</translation>
    </message>
    <message>
        <source>补录：走访日期早于今天，请核对开始和结束时间。</source>
        <translation>Entered later: the visit was before today. Check when it began and ended.</translation>
    </message>
    <message>
        <source>已登记、还没解决：{0}</source>
        <translation>On record and not met yet: {0}</translation>
    </message>
    <message>
        <source>更正走访 · {0}</source>
        <translation>Correct visit · {0}</translation>
    </message>
    <message>
        <source>走访登记 · {0}</source>
        <translation>Visit · {0}</translation>
    </message>
    <message>
        <source>草稿，随填随存</source>
        <translation>Draft, saved as you type</translation>
    </message>
    <message>
        <source>已经存上了</source>
        <translation>Saved now</translation>
    </message>
    <message>
        <source>到访确认</source>
        <translation>Arrival</translation>
    </message>
    <message>
        <source>生活状况</source>
        <translation>Living</translation>
    </message>
    <message>
        <source>健康与照料</source>
        <translation>Health</translation>
    </message>
    <message>
        <source>收支与政策</source>
        <translation>Money</translation>
    </message>
    <message>
        <source>变化与诉求</source>
        <translation>Changes and wishes</translation>
    </message>
    <message>
        <source>服务需求</source>
        <translation>Service need</translation>
    </message>
    <message>
        <source>记录与满意度</source>
        <translation>Narrative</translation>
    </message>
    <message>
        <source>照片与位置</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>签字与提交</source>
        <translation>Submit</translation>
    </message>
    <message>
        <source>已保存</source>
        <translation>Saved</translation>
    </message>
    <message>
        <source>已存本机 ✓ 待上传</source>
        <translation>Saved on this device ✓ To upload</translation>
    </message>
    <message>
        <source>查看</source>
        <translation>View</translation>
    </message>
    <message>
        <source>已删除照片</source>
        <translation>Photo deleted</translation>
    </message>
    <message>
        <source>已删除一项变化</source>
        <translation>Change removed</translation>
    </message>
    <message>
        <source>已删除一项需求</source>
        <translation>One need removed</translation>
    </message>
    <message>
        <source>已按“无变化”填写</source>
        <translation>Filled in as no change</translation>
    </message>
    <message>
        <source>照片最多 {0} 张</source>
        <translation>Photos: {0} at most</translation>
    </message>
    <message>
        <source>还有 {0} 处要补全</source>
        <translation>Still to complete: {0}</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
</context>
<context>
    <name>VisitRulesScreen</name>
    <message>
        <source>哪一张规则表</source>
        <translation>Which table of rules</translation>
    </message>
    <message>
        <source>规则表</source>
        <translation>Table of rules</translation>
    </message>
    <message>
        <source>导出 Excel</source>
        <translation>Export to Excel</translation>
    </message>
    <message>
        <source>多久走访一次</source>
        <translation>How often</translation>
    </message>
    <message>
        <source>一户符合几条规则时，按走访次数最多的一条；次数相同，按更要求入户的一条。</source>
        <translation>Of several rules that fit a household, the one with most visits holds; of equals, the one that asks most for being there.</translation>
    </message>
    <message>
        <source>新的规则表整张执行：从选定的那天起代替原来的，过去的周期仍按当时的规则计算。</source>
        <translation>A new table holds as a whole: it takes the place of the one before from the chosen day on. Periods that are over are still judged by the rules of their time.</translation>
    </message>
    <message>
        <source>修改规则</source>
        <translation>Change the rules</translation>
    </message>
    <message>
        <source>现行</source>
        <translation>In force</translation>
    </message>
    <message>
        <source>已停用</source>
        <translation>No longer in force</translation>
    </message>
    <message>
        <source>将执行</source>
        <translation>To come</translation>
    </message>
    <message>
        <source>待同步</source>
        <translation>Waiting for sync</translation>
    </message>
    <message>
        <source>最初的规则</source>
        <translation>First table</translation>
    </message>
    <message>
        <source>{0}起</source>
        <translation>Since {0}</translation>
    </message>
    <message>
        <source>执行到 {0}</source>
        <translation>Until {0}</translation>
    </message>
    <message>
        <source>与上一张相比：新增 {0} 条，改动 {1} 条，去掉 {2} 条</source>
        <translation>Against the table before: {0} new, {1} changed, {2} removed</translation>
    </message>
    <message>
        <source>{0} 条规则</source>
        <translation>Rules: {0}</translation>
    </message>
    <message>
        <source>走访频次规则</source>
        <translation>Visit rules</translation>
    </message>
    <message>
        <source>Excel 表格 (*.xlsx)</source>
        <translation>Excel workbook (*.xlsx)</translation>
    </message>
    <message>
        <source>已导出。</source>
        <translation>Exported.</translation>
    </message>
</context>
<context>
    <name>VisitScreen</name>
    <message>
        <source>更正这次走访</source>
        <translation>Correct this visit</translation>
    </message>
    <message>
        <source>查看家庭档案</source>
        <translation>Open household file</translation>
    </message>
    <message>
        <source>打印记录表</source>
        <translation>Print the record</translation>
    </message>
    <message>
        <source>安排复查</source>
        <translation>Ask again by another</translation>
    </message>
    <message>
        <source>核对提示</source>
        <translation>Points to check</translation>
    </message>
    <message>
        <source>这些提示不影响提交，主管和您看到的一样。</source>
        <translation>They do not stop you from submitting; your supervisor sees the same.</translation>
    </message>
    <message>
        <source>照片</source>
        <translation>Photos</translation>
    </message>
    <message>
        <source>被访人确认</source>
        <translation>Confirmed by the person visited</translation>
    </message>
    <message>
        <source>定位</source>
        <translation>Position</translation>
    </message>
    <message>
        <source>更正记录</source>
        <translation>Corrections</translation>
    </message>
    <message>
        <source>走访人说明：{0}</source>
        <translation>The visitor explains: {0}</translation>
    </message>
    <message>
        <source>标记已清除，联网后生效。</source>
        <translation>The mark is cleared; it takes effect once you are online.</translation>
    </message>
    <message>
        <source>已通过，联网后生效。</source>
        <translation>Approved. Takes effect once online.</translation>
    </message>
    <message>
        <source>已退回，联网后送到走访人的设备上。</source>
        <translation>Returned. It reaches the worker&apos;s device once online.</translation>
    </message>
    <message>
        <source>已作废，联网后不再计入统计。</source>
        <translation>Made void. No longer counted once online.</translation>
    </message>
    <message>
        <source>撤销</source>
        <translation>Undo</translation>
    </message>
    <message>
        <source>已收回，这次走访仍等审核。</source>
        <translation>Taken back; the visit waits for review again.</translation>
    </message>
    <message>
        <source>已经上传，收不回了；要改请退回并写明原因。</source>
        <translation>It was sent already. To change it, return the visit with a reason.</translation>
    </message>
    <message>
        <source>{0} {1} · {2}</source>
        <translation>{0} {1} · {2}</translation>
    </message>
    <message>
        <source>已存本机 ✓ 待上传</source>
        <translation>Saved on this device ✓ To upload</translation>
    </message>
    <message>
        <source>已上传</source>
        <translation>Uploaded</translation>
    </message>
    <message>
        <source>更正 {0} 次</source>
        <translation>Corrections: {0}</translation>
    </message>
    <message>
        <source>没有写明原因</source>
        <translation>no reason given</translation>
    </message>
    <message>
        <source>去修改</source>
        <translation>Correct it</translation>
    </message>
    <message>
        <source>这次走访被退回：{0}</source>
        <translation>This visit was returned: {0}</translation>
    </message>
    <message>
        <source>这次走访已作废，不计入统计：{0}</source>
        <translation>This visit is void and not counted: {0}</translation>
    </message>
    <message>
        <source>基本情况</source>
        <translation>Basics</translation>
    </message>
    <message>
        <source>生活与照料</source>
        <translation>Living and care</translation>
    </message>
    <message>
        <source>收入与救助</source>
        <translation>Income and aid</translation>
    </message>
    <message>
        <source>走访内容</source>
        <translation>Narrative</translation>
    </message>
    <message>
        <source>困难与下一步</source>
        <translation>Difficulties and next steps</translation>
    </message>
    <message>
        <source>群众意见</source>
        <translation>Opinion of the people visited</translation>
    </message>
    <message>
        <source>备注</source>
        <translation>Remark</translation>
    </message>
    <message>
        <source>确认方式</source>
        <translation>Confirmed by</translation>
    </message>
    <message>
        <source>见证人</source>
        <translation>Witness</translation>
    </message>
    <message>
        <source>原因</source>
        <translation>Reason</translation>
    </message>
    <message>
        <source>签字时间</source>
        <translation>Signed at</translation>
    </message>
    <message>
        <source>来源</source>
        <translation>Source</translation>
    </message>
    <message>
        <source>纬度、经度</source>
        <translation>Latitude, longitude</translation>
    </message>
    <message>
        <source>精度</source>
        <translation>Accuracy</translation>
    </message>
    <message>
        <source>约 {0} 米</source>
        <translation>about {0} m</translation>
    </message>
    <message>
        <source>距家庭住址</source>
        <translation>From the home address</translation>
    </message>
    <message>
        <source>没有定位的原因</source>
        <translation>Why there is no position</translation>
    </message>
    <message>
        <source>没有写明</source>
        <translation>not given</translation>
    </message>
    <message>
        <source>第 1 版 · 首次提交 · {0} · {1}</source>
        <translation>Version 1 · First submitted · {0} · {1}</translation>
    </message>
    <message>
        <source>第 {0} 版（现行）· {1} · {2}</source>
        <translation>Version {0} (current) · {1} · {2}</translation>
    </message>
    <message>
        <source>第 {0} 版 · {1} · {2}</source>
        <translation>Version {0} · {1} · {2}</translation>
    </message>
    <message>
        <source>更正原因：{0}</source>
        <translation>Reason for correction: {0}</translation>
    </message>
    <message>
        <source>填写内容没有变化</source>
        <translation>No entry was changed</translation>
    </message>
    <message>
        <source>没有填写</source>
        <translation>not filled in</translation>
    </message>
    <message>
        <source>已删去</source>
        <translation>removed</translation>
    </message>
    <message>
        <source>原来：{0}</source>
        <translation>Before: {0}</translation>
    </message>
    <message>
        <source>改为：{0}</source>
        <translation>Now: {0}</translation>
    </message>
    <message>
        <source>走访记录</source>
        <translation>Visit</translation>
    </message>
</context>
<context>
    <name>VisitsPage</name>
    <message>
        <source>待审核的走访</source>
        <translation>Visits to review</translation>
    </message>
    <message>
        <source>近 {0} 天</source>
        <translation>{0} days</translation>
    </message>
    <message>
        <source>从哪天起</source>
        <translation>From</translation>
    </message>
    <message>
        <source>全部</source>
        <translation>All</translation>
    </message>
    <message>
        <source>有提示</source>
        <translation>With hints</translation>
    </message>
    <message>
        <source>更正过</source>
        <translation>Corrected</translation>
    </message>
    <message>
        <source>看哪些走访</source>
        <translation>Which visits</translation>
    </message>
    <message>
        <source>全部村（社区）</source>
        <translation>All villages</translation>
    </message>
    <message>
        <source>村（社区）</source>
        <translation>Village</translation>
    </message>
    <message>
        <source>全部走访人</source>
        <translation>All workers</translation>
    </message>
    <message>
        <source>走访人</source>
        <translation>Worker</translation>
    </message>
    <message>
        <source>选上没有提示的</source>
        <translation>Choose those without hints</translation>
    </message>
    <message>
        <source>都不选</source>
        <translation>Choose none</translation>
    </message>
    <message>
        <source>确定通过</source>
        <translation>Yes, approve</translation>
    </message>
    <message>
        <source>再看看</source>
        <translation>Not yet</translation>
    </message>
    <message>
        <source>{0} {1} · {2} 次</source>
        <translation>{0} {1} · {2}</translation>
    </message>
    <message>
        <source>这里只列最近的 {0} 次，处理后会接着列出更早的。</source>
        <translation>Only the latest {0} are listed; earlier ones follow as these are dealt with.</translation>
    </message>
    <message>
        <source>没有这样的走访，换个条件看看。</source>
        <translation>No such visits. Try another filter.</translation>
    </message>
    <message>
        <source>没有等您审核的走访。</source>
        <translation>No visits wait for your review.</translation>
    </message>
    <message>
        <source>确定通过这 {0} 次走访？</source>
        <translation>Approve these visits ({0})?</translation>
    </message>
    <message>
        <source>其中 {0} 次有核对提示或标记。</source>
        <translation>{0} of them have hints or marks.</translation>
    </message>
    <message>
        <source>已选 {0} 次</source>
        <translation>Chosen: {0}</translation>
    </message>
    <message>
        <source>点“选上”可以一次通过多次走访。</source>
        <translation>Tap Choose to approve several visits at once.</translation>
    </message>
    <message>
        <source>通过已选的 {0} 次</source>
        <translation>Approve {0} chosen</translation>
    </message>
    <message>
        <source>已选</source>
        <translation>Chosen</translation>
    </message>
    <message>
        <source>提示 {0} 条</source>
        <translation>Hints: {0}</translation>
    </message>
    <message>
        <source>标记 {0} 条</source>
        <translation>{0} marks</translation>
    </message>
    <message>
        <source>不选</source>
        <translation>Deselect</translation>
    </message>
    <message>
        <source>选上</source>
        <translation>Choose</translation>
    </message>
</context>
<context>
    <name>Watermark</name>
    <message>
        <source>添加于 {0}</source>
        <translation>Added {0}</translation>
    </message>
    <message>
        <source>待分配</source>
        <translation>number pending</translation>
    </message>
    <message>
        <source>户编号 {0}</source>
        <translation>Household {0}</translation>
    </message>
</context>
<context>
    <name>_Compare</name>
    <message>
        <source>这一件</source>
        <translation>This one</translation>
    </message>
    <message>
        <source>合并到这一件</source>
        <translation>Merged into this one</translation>
    </message>
    <message>
        <source>情况</source>
        <translation>What</translation>
    </message>
    <message>
        <source>地点</source>
        <translation>Place</translation>
    </message>
    <message>
        <source>当事人</source>
        <translation>Person</translation>
    </message>
    <message>
        <source>上报</source>
        <translation>Report</translation>
    </message>
    <message>
        <source>状态</source>
        <translation>Status</translation>
    </message>
</context>
<context>
    <name>_EntryRow</name>
    <message>
        <source>，</source>
        <translation>, </translation>
    </message>
</context>
<context>
    <name>_Line</name>
    <message>
        <source>第 {0} 项</source>
        <translation>No. {0}</translation>
    </message>
    <message>
        <source>删除 {0}</source>
        <translation>Delete {0}</translation>
    </message>
</context>
<context>
    <name>_Navigation</name>
    <message>
        <source>主导航</source>
        <translation>Main navigation</translation>
    </message>
</context>
<context>
    <name>_Preparing</name>
    <message>
        <source>正在准备示例区县，首次约需十几秒……</source>
        <translation>Preparing the demo county; the first time takes some seconds…</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>原来</source>
        <translation>Before</translation>
    </message>
    <message>
        <source>现在</source>
        <translation>Now</translation>
    </message>
    <message>
        <source>{0} 原来</source>
        <translation>{0}: before</translation>
    </message>
    <message>
        <source>{0} 现在</source>
        <translation>{0}: now</translation>
    </message>
    <message>
        <source>删除这一项 {0}</source>
        <translation>Remove {0}</translation>
    </message>
    <message>
        <source>很好</source>
        <translation>Very good</translation>
    </message>
    <message>
        <source>较好</source>
        <translation>Good</translation>
    </message>
    <message>
        <source>一般</source>
        <translation>Fair</translation>
    </message>
    <message>
        <source>较差</source>
        <translation>Poor</translation>
    </message>
    <message>
        <source>很差</source>
        <translation>Very poor</translation>
    </message>
    <message>
        <source>家里人怎么说（可不填）</source>
        <translation>In the family&apos;s words (optional)</translation>
    </message>
    <message>
        <source>{0}：家里人怎么说</source>
        <translation>{0}: in the family&apos;s words</translation>
    </message>
    <message>
        <source>给谁</source>
        <translation>For whom</translation>
    </message>
    <message>
        <source>家属同意把情况告诉服务机构</source>
        <translation>The family agrees that an organisation is told</translation>
    </message>
    <message>
        <source>不符合救助条件，但需要帮助</source>
        <translation>Not eligible for aid, but needs help</translation>
    </message>
    <message>
        <source>更正前已登记，在服务需求里办理</source>
        <translation>On record since before the correction; handled under service needs</translation>
    </message>
    <message>
        <source>什么时候要</source>
        <translation>By when</translation>
    </message>
    <message>
        <source>具体情况</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>同意与资格</source>
        <translation>Consent and eligibility</translation>
    </message>
    <message>
        <source>{0}：{1}</source>
        <translation>{0}: {1}</translation>
    </message>
</context>
</TS>
